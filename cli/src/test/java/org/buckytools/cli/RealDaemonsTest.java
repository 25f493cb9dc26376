package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.buckytools.agent.Agent;
import org.buckytools.agent.AgentConfig;
import org.buckytools.agent.auth.TokenSecret;
import org.buckytools.cli.cluster.HttpClients;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.ManualInterrupts;
import org.buckytools.cli.testing.PlainProgress;
import org.buckytools.cli.testing.Tokens;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.cli.transfer.Ticker;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.Series;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against real daemons over real files, on 127.0.1.1 to 127.0.1.4. */
@Timeout(180)
class RealDaemonsTest {
    private static final int METRICS = 60;
    private static final int STEP = 60;
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(STEP, 60), new Retention(300, 288)), Aggregation.AVERAGE, 0.5f);

    @TempDir
    private Path folder;

    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final long now = InstantSource.system().instant().getEpochSecond();
    private int port;
    private HashRing ring;

    @AfterEach
    void stop() {
        agents.values().forEach(Agent::close);
    }

    private void start(int replicas, String... outsiders) throws IOException {
        start(replicas, UnaryOperator.identity(), outsiders);
    }

    private void start(int replicas, UnaryOperator<AgentConfig> change, String... outsiders) throws IOException {
        List<String> hosts = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");
        List<Member> members = new ArrayList<>();
        for (String host : hosts) {
            members.add(new Member(host, 2003, Optional.of("i" + host.charAt(host.length() - 1))));
        }
        ring = HashRings.of(RingType.JUMP_FNV1A, members, replicas, true);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.1.1"))) {
            port = free.getLocalPort();
        }
        List<String> all = new ArrayList<>(hosts);
        all.addAll(List.of(outsiders));
        for (String host : all) {
            AgentConfig config = AgentConfig.of(
                    new InetSocketAddress(host, port), host, ring, Files.createDirectories(folder.resolve(host)));
            agents.put(host, Agent.start(change.apply(config), InstantSource.system()));
        }
    }

    @Test
    void movesMetricsHomeAndKeepsEveryPoint() throws Exception {
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        writeOtherHalves(wanted);
        start(1);

        CommandRun run = bucky("rebalance", "--delete", "-w", "20");

        assertThat(run.err()).contains("0 failed");
        assertThat(run.code()).isZero();
        assertThat(bucky("inconsistent").out()).isEmpty();
        assertPointsAreHome(wanted);
        assertThat(bucky("list").out().lines()).containsExactlyElementsOf(wanted.keySet());
        assertNoLeftovers();
    }

    @Test
    void bringsMetricsToBothReplicas() throws Exception {
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        start(2);

        assertThat(bucky("rebalance", "--delete").code()).isZero();

        assertPointsAreHomeOnlyIfMoved(wanted);
        assertThat(bucky("inconsistent").out()).isEmpty();
    }

    @Test
    void emptiesADaemonThatIsNotInTheRing() throws Exception {
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.4", wanted);
        writeOtherHalves(wanted);
        start(1, "127.0.1.4");

        CommandRun run = bucky("rebalance", "--delete", "127.0.1.4:" + port);

        // Daemons fetch from members of their ring only, so these went through the client.
        assertThat(run.err()).contains("go through this client instead").contains("0 failed");
        assertThat(run.code()).isZero();
        assertPointsAreHome(wanted);
        assertThat(file("127.0.1.4", "t").getParent().toFile().list()).isEmpty();
        assertNoLeftovers();
    }

    @Test
    void printsThePlanAndTouchesNothing() throws Exception {
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        start(1);
        List<String> expected = new ArrayList<>();
        for (String metric : wanted.keySet()) {
            String owner = ring.stores(metric).getFirst();
            if (!owner.equals("127.0.1.1")) {
                expected.add("127.0.1.1:" + port + " " + metric + " => " + owner + ":" + port);
            }
        }

        CommandRun run = bucky("rebalance", "--no-op");

        assertThat(run.code()).isZero();
        assertThat(run.out().lines()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(folder.resolve("127.0.1.2").toFile().list()).isEmpty();
    }

    @Test
    void sayWhatTheyAre() throws Exception {
        start(1);

        CommandRun run = bucky("servers");

        assertThat(run).isEqualTo(new CommandRun(0, """
                Buckyd daemons are using port: %d
                Hashing algorithm: jump_fnv1a
                Number of replicas: 1
                Found these servers:
                \t127.0.1.1\t127.0.1.1:2003=i1
                \t127.0.1.2\t127.0.1.2:2003=i2
                \t127.0.1.3\t127.0.1.3:2003=i3

                Is cluster healthy: true
                """.formatted(port), ""));
    }

    @Test
    void areMissedByName() throws Exception {
        start(1);
        agents.get("127.0.1.3").close();

        CommandRun run = bucky("list");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .isEqualTo("bucky: warning: 127.0.1.3:" + port
                        + " does not answer GET /hashring: connection refused; its metrics are missing here\n");
    }

    @Test
    void saysWhatToDoWhereDaemonsWantAToken() throws Exception {
        writeMetrics("127.0.1.1", new TreeMap<>());
        start(1, config -> config.withSecret(TokenSecret.of(Tokens.SECRET)));

        assertThat(bucky("servers").code()).isZero();
        String refused =
                "127.0.1.1:" + port + " answered POST %s with 403: this daemon wants a token, and the request has"
                        + " none in its header X-Buckyd-Authorization";
        CommandRun list = bucky("list", "-s");
        assertThat(list)
                .isEqualTo(
                        new CommandRun(
                                4,
                                "",
                                "bucky: warning: " + refused.formatted("/metrics")
                                        + "; give a token that allows it with --api-token-file; its metrics are missing here\n"));
        CommandRun inconsistent = bucky("inconsistent", "-s");
        assertThat(inconsistent)
                .isEqualTo(
                        new CommandRun(
                                4,
                                "",
                                "bucky: warning: " + refused.formatted("/v2/misplaced")
                                        + "; give a token that allows it with --api-token-file; its metrics are missing here\n"));
        CommandRun rebalance = bucky("rebalance", "--delete");
        assertThat(rebalance)
                .isEqualTo(
                        new CommandRun(
                                4,
                                "",
                                "bucky: " + refused.formatted("/v2/misplaced") + "\n"
                                        + "  Nothing was changed.\n"
                                        + "  Daemons there check access: give a token that allows it with --api-token-file.\n"));
        Path expired = token("{\"namespaces\":[\"*\"],\"ops\":[\"*\"],\"exp\":1}");
        assertThat(bucky("list", "-s", "--api-token-file", expired.toString()).err())
                .contains("with 403: the token expired at 1970-01-01T00:00:01Z; here it is ");
    }

    @Test
    void movesWithATokenThatAllowsItAndNotWithLess() throws Exception {
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        writeOtherHalves(wanted);
        start(1, config -> config.withSecret(TokenSecret.of(Tokens.SECRET)));
        Path readOnly = token("{\"namespaces\":[\"*\"],\"ops\":[\"read\"]}");
        long misplaced = bucky("inconsistent", "--api-token-file", readOnly.toString())
                .out()
                .lines()
                .count();

        CommandRun refused = bucky("rebalance", "--delete", "--api-token-file", readOnly.toString());

        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err())
                .contains(
                        ": this token does not allow to write real.host",
                        "  Give a token that allows it with --api-token-file, if buckyd there checks access.\n",
                        misplaced + " failed");
        assertThat(bucky("inconsistent", "--api-token-file", readOnly.toString())
                        .out()
                        .lines())
                .hasSize((int) misplaced);

        // May copy, but not delete: the copies are there, and so are the sources.
        Path noDelete = token("{\"namespaces\":[\"*\"],\"ops\":[\"read\",\"update\"]}");
        CommandRun kept = bucky("rebalance", "--delete", "--api-token-file", noDelete.toString());
        assertThat(kept.code()).isEqualTo(3);
        assertThat(kept.err()).contains("this token does not allow to delete real.host", "Deleted 0 sources");
        assertPointsAreHome(wanted);

        Path root = token("{\"namespaces\":[\"*\"],\"ops\":[\"*\"]}");
        CommandRun moved = bucky("rebalance", "--delete", "--api-token-file", root.toString());
        assertThat(moved.err()).contains(" 0 failed").doesNotContain("through this client");
        assertThat(moved.code()).isZero();
        assertThat(bucky("inconsistent", "--api-token-file", root.toString()).out())
                .isEmpty();
        assertPointsAreHome(wanted);
        assertNoLeftovers();
    }

    @Test
    void movesCompressedFilesAsTheyAreAndNeverFillsThem() throws Exception {
        start(1);
        agents.values().forEach(Agent::close);
        agents.clear();
        List<String> foreign = Stream.iterate(0, i -> i + 1)
                .map(i -> "packed.m" + i)
                .filter(metric -> !ring.stores(metric).getFirst().equals("127.0.1.1"))
                .limit(3)
                .toList();
        byte[] compressed = Files.readAllBytes(WhisperSamples.compressed(
                Files.createDirectories(folder.resolve("sample")).resolve("c.wsp")));
        Map<Long, Double> points = Map.of(now - now % STEP, 1.0);
        for (String metric : foreign) {
            Files.createDirectories(file("127.0.1.1", metric).getParent());
        }
        String fresh = foreign.get(0);
        String intoStandard = foreign.get(1);
        String intoCompressed = foreign.get(2);
        Files.write(file("127.0.1.1", fresh), compressed);
        Files.write(file("127.0.1.1", intoStandard), compressed);
        write(file("127.0.1.1", intoCompressed), points);
        Path standard = file(ring.stores(intoStandard).getFirst(), intoStandard);
        write(standard, points);
        byte[] standardBytes = Files.readAllBytes(standard);
        Path packed = file(ring.stores(intoCompressed).getFirst(), intoCompressed);
        Files.createDirectories(packed.getParent());
        Files.write(packed, compressed);
        start(1);

        for (String offload : List.of("--offload=true", "--offload=false")) {
            CommandRun run = bucky("rebalance", "--delete", offload);

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err())
                    .contains(
                            intoStandard
                                    + " comes as a compressed file (go-carbon's format), which cannot be filled into"
                                    + " the file that is here\n",
                            intoCompressed
                                    + " is a compressed file here (go-carbon's format), into which nothing can be filled\n",
                            "  Both files stay as they are: merge them with go-carbon's own tools, or delete the one that is"
                                    + " not wanted.\n",
                            "2 failed");
            assertThat(file(ring.stores(fresh).getFirst(), fresh)).hasBinaryContent(compressed);
            assertThat(file("127.0.1.1", fresh)).doesNotExist();
            assertThat(standard).hasBinaryContent(standardBytes);
            assertThat(file("127.0.1.1", intoStandard)).hasBinaryContent(compressed);
            assertThat(packed).hasBinaryContent(compressed);
            assertThat(file("127.0.1.1", intoCompressed)).exists();
        }
        assertNoLeftovers();
    }

    private Path token(String claims) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "token", ""), Tokens.token(claims) + "\n");
    }

    private CommandRun bucky(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(InputStream.nullInputStream(), out, new PrintStream(err, true, StandardCharsets.UTF_8));
        InstantSource clock = InstantSource.system();
        Transfer transfer = new Transfer(
                () -> new PlainProgress(console), new ManualInterrupts(), Ticker.system(), clock, new Random(1));
        int code = BuckyMain.run(
                new Surroundings(
                        console,
                        Map.of("BUCKYHOST", "127.0.1.1:" + port),
                        settings -> new HttpClients(settings, "test", console, clock),
                        transfer,
                        Optional.empty()),
                arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Path file(String host, String metric) {
        return folder.resolve(host).resolve(new MetricName(metric).relativePath());
    }

    /** Half an hour of points for each metric, with gaps. */
    private void writeMetrics(String host, Map<String, Map<Long, Double>> wanted) throws IOException {
        for (int i = 0; i < METRICS; i++) {
            String metric = "real.host" + i % 5 + ".m" + i;
            Map<Long, Double> points = new TreeMap<>();
            for (int minute = 30; minute >= 0; minute--) {
                if ((minute + i) % 7 != 0) {
                    points.put(now - now % STEP - (long) minute * STEP, (double) (i * 1000 + minute));
                }
            }
            write(file(host, metric), points);
            wanted.put(metric, points);
        }
    }

    /** Some metrics have been written at their owners, too, where their points count. */
    private void writeOtherHalves(Map<String, Map<Long, Double>> wanted) throws IOException {
        HashRing later = HashRings.of(
                RingType.JUMP_FNV1A,
                List.of(
                        Member.parse("127.0.1.1:2003=i1"),
                        Member.parse("127.0.1.2:2003=i2"),
                        Member.parse("127.0.1.3:2003=i3")));
        int i = 0;
        for (String metric : wanted.keySet()) {
            Path owners = file(later.stores(metric).getFirst(), metric);
            if (i++ % 3 == 0 && !Files.exists(owners)) {
                Map<Long, Double> points = new TreeMap<>();
                for (int minute = 10; minute >= 0; minute -= 2) {
                    points.put(now - now % STEP - (long) minute * STEP, -1.0 - minute);
                }
                write(owners, points);
                wanted.get(metric).putAll(points);
            }
        }
    }

    private void write(Path path, Map<Long, Double> points) throws IOException {
        Files.createDirectories(path.getParent());
        WhisperFile.create(path, HEADER, WhisperFile.Allocation.DENSE, WhisperFile.Existing.REFUSE);
        List<Point> list = new ArrayList<>();
        points.forEach((time, value) -> list.add(new Point(time, value)));
        try (WhisperFile file = WhisperFile.open(path, WhisperFile.Access.WRITE)) {
            file.updateMany(list, now);
        }
    }

    private void assertPointsAreHome(Map<String, Map<Long, Double>> wanted) throws IOException {
        for (Map.Entry<String, Map<Long, Double>> metric : wanted.entrySet()) {
            for (String host : ring.stores(metric.getKey())) {
                assertThat(points(file(host, metric.getKey())))
                        .as(metric.getKey() + " on " + host)
                        .containsAllEntriesOf(metric.getValue());
            }
        }
    }

    /** What is on one of its owners already is not copied to the other. */
    private void assertPointsAreHomeOnlyIfMoved(Map<String, Map<Long, Double>> wanted) throws IOException {
        Map<String, Map<Long, Double>> moved = new TreeMap<>(wanted);
        moved.keySet().removeIf(metric -> ring.stores(metric).contains("127.0.1.1"));
        assertThat(moved).isNotEmpty();
        assertPointsAreHome(moved);
        for (String metric : moved.keySet()) {
            assertThat(file("127.0.1.1", metric)).doesNotExist();
        }
    }

    private Map<Long, Double> points(Path path) throws IOException {
        Map<Long, Double> points = new TreeMap<>();
        try (WhisperFile file = WhisperFile.open(path, WhisperFile.Access.READ)) {
            Series series = file.fetch(now - 59 * STEP, now, now).orElseThrow();
            for (int i = 0; i < series.size(); i++) {
                if (series.isKnown(i)) {
                    points.put(series.timeAt(i), series.valueAt(i));
                }
            }
        }
        return points;
    }

    private void assertNoLeftovers() throws IOException {
        try (var files = Files.walk(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }
}
