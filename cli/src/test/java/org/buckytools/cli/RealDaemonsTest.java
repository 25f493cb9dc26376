package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.buckytools.agent.auth.TokenSecret;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.Tokens;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.protocol.MetricName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against real daemons over real files, on 127.0.1.1 to 127.0.1.4. */
@Timeout(180)
class RealDaemonsTest {
    private static final int METRICS = 60;

    @TempDir
    private Path folder;

    private RealDaemons daemons;

    @AfterEach
    void stop() {
        daemons.close();
    }

    private void ring(int replicas) throws IOException {
        daemons = RealDaemons.ring(folder, replicas, "127.0.1.1", "127.0.1.2", "127.0.1.3");
    }

    @Test
    void movesMetricsHomeAndKeepsEveryPoint() throws Exception {
        ring(1);
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        writeOtherHalves(wanted);
        daemons.start();

        CommandRun run = daemons.bucky("rebalance", "--delete", "-w", "20");

        assertThat(run.err()).contains("0 failed");
        assertThat(run.code()).isZero();
        assertThat(daemons.bucky("inconsistent").out()).isEmpty();
        assertPointsAreHome(wanted);
        assertThat(daemons.bucky("list").out().lines()).containsExactlyElementsOf(wanted.keySet());
        assertNoLeftovers();
    }

    @Test
    void bringsMetricsToBothReplicas() throws Exception {
        ring(2);
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        daemons.start();

        assertThat(daemons.bucky("rebalance", "--delete").code()).isZero();

        assertPointsAreHomeOnlyIfMoved(wanted);
        assertThat(daemons.bucky("inconsistent").out()).isEmpty();
    }

    @Test
    void emptiesADaemonThatIsNotInTheRing() throws Exception {
        ring(1);
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.4", wanted);
        writeOtherHalves(wanted);
        daemons.start().start("127.0.1.4", UnaryOperator.identity());

        CommandRun run = daemons.bucky("rebalance", "--delete", daemons.at("127.0.1.4"));

        // Daemons fetch from members of their ring only, so these went through the client.
        assertThat(run.err()).contains("go through this client instead").contains("0 failed");
        assertThat(run.code()).isZero();
        assertPointsAreHome(wanted);
        assertThat(daemons.store("127.0.1.4").toFile().list()).isEmpty();
        assertNoLeftovers();
    }

    @Test
    void printsThePlanAndTouchesNothing() throws Exception {
        ring(1);
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        daemons.start();
        List<String> expected = new ArrayList<>();
        for (String metric : wanted.keySet()) {
            String owner = daemons.owner(metric);
            if (!owner.equals("127.0.1.1")) {
                expected.add("[" + daemons.at("127.0.1.1") + "] " + metric + " => " + daemons.at(owner));
            }
        }

        CommandRun run = daemons.bucky("rebalance", "--no-op");

        assertThat(run.code()).isZero();
        assertThat(run.out().lines()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(folder.resolve("127.0.1.2").toFile().list()).isEmpty();
    }

    @Test
    void sayWhatTheyAre() throws Exception {
        ring(1);
        daemons.start();

        CommandRun run = daemons.bucky("servers");

        assertThat(run).isEqualTo(new CommandRun(0, """
                Buckd daemons are using port: %d
                Hashing algorithm: jump_fnv1a
                Number of replicas: 1
                Ring members: 127.0.1.1:2003=i1 127.0.1.2:2003=i2 127.0.1.3:2003=i3
                Found these servers:
                \t127.0.1.1
                \t127.0.1.2
                \t127.0.1.3

                Is cluster healthy: true
                """.formatted(daemons.port()), ""));
    }

    @Test
    void areMissedByName() throws Exception {
        ring(1);
        daemons.start();
        daemons.stop("127.0.1.3");

        CommandRun run = daemons.bucky("list");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .isEqualTo("bucky: warning: " + daemons.at("127.0.1.3")
                        + " does not answer GET /hashring: connection refused; its metrics are missing here\n");
    }

    @Test
    void saysWhatToDoWhereDaemonsWantAToken() throws Exception {
        ring(1);
        writeMetrics("127.0.1.1", new TreeMap<>());
        daemons.start(config -> config.withSecret(TokenSecret.of(Tokens.SECRET)));

        assertThat(daemons.bucky("servers").code()).isZero();
        String refused =
                daemons.at("127.0.1.1") + " answered POST %s with 403: this daemon wants a token, and the request has"
                        + " none in its header X-Buckyd-Authorization";
        CommandRun list = daemons.bucky("list", "-s");
        assertThat(list)
                .isEqualTo(
                        new CommandRun(
                                4,
                                "",
                                "bucky: warning: " + refused.formatted("/metrics")
                                        + "; give a valid token with \"read\" among its ops and \"*\" among its namespaces by --api-token-file; its metrics are missing here\n"));
        CommandRun inconsistent = daemons.bucky("inconsistent", "-s");
        assertThat(inconsistent)
                .isEqualTo(
                        new CommandRun(
                                4,
                                "",
                                "bucky: warning: " + refused.formatted("/v2/misplaced")
                                        + "; give a valid token with \"read\" among its ops and \"*\" among its namespaces by --api-token-file; its metrics are missing here\n"));
        CommandRun rebalance = daemons.bucky("rebalance", "--delete");
        assertThat(rebalance)
                .isEqualTo(
                        new CommandRun(
                                4,
                                "",
                                "bucky: " + refused.formatted("/v2/misplaced") + "\n"
                                        + "  Nothing was changed.\n"
                                        + "  Daemons there check access: give a valid token with \"read\" among its ops and \"*\" among its namespaces by --api-token-file.\n"));
        Path renames = Files.writeString(folder.resolve("renames.json"), "{\"real.host0.m0\":\"real.new\"}");
        Path archive = folder.resolve("archive.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            Path file = daemons.file("127.0.1.1", "real.host0.m0");
            tar.putArchiveEntry(new TarArchiveEntry(file, "real/host0/m0.wsp"));
            Files.copy(file, tar);
            tar.closeArchiveEntry();
        }
        for (List<String> command : List.of(
                List.of("list"),
                List.of("du", "real.host0.m0"),
                List.of("stat", "real.host0.m0"),
                List.of("tar", "real.host0.m0"),
                List.of("delete", "--noconfirm", "real.host0.m0"),
                List.of(
                        "copy",
                        "--src",
                        daemons.at("127.0.1.1").toString(),
                        "--dst",
                        daemons.at("127.0.1.2").toString()),
                List.of("modify", "--agg", "sum", "real.host0.m0"),
                List.of("restore", archive.toString()),
                List.of("backfill", renames.toString()))) {
            CommandRun run = daemons.bucky(command.toArray(String[]::new));
            assertThat(run.code()).as(command + run.err()).isIn(3, 4);
            assertThat(run.err()).as(command.toString()).contains("this daemon wants a token", "--api-token-file");
        }
        assertThat(daemons.file("127.0.1.1", "real.host0.m0")).exists();
        Path expired = token("{\"namespaces\":[\"*\"],\"ops\":[\"*\"],\"exp\":1}");
        assertThat(daemons.bucky("list", "-s", "--api-token-file", expired.toString())
                        .err())
                .contains("with 403: the token expired at 1970-01-01T00:00:01Z; here it is ");
    }

    @Test
    void movesWithATokenThatAllowsItAndNotWithLess() throws Exception {
        ring(1);
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        writeMetrics("127.0.1.1", wanted);
        writeOtherHalves(wanted);
        daemons.start(config -> config.withSecret(TokenSecret.of(Tokens.SECRET)));
        Path readOnly = token("{\"namespaces\":[\"*\"],\"ops\":[\"read\"]}");
        long misplaced = daemons.bucky("inconsistent", "--api-token-file", readOnly.toString())
                .out()
                .lines()
                .count();

        CommandRun refused = daemons.bucky("rebalance", "--delete", "--api-token-file", readOnly.toString());

        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err())
                .contains(
                        ": this token does not allow to update real.host",
                        "  Give a valid token with \"update\" among its ops and the metric among its namespaces by"
                                + " --api-token-file.\n",
                        misplaced + " failed");
        assertThat(daemons.bucky("inconsistent", "--api-token-file", readOnly.toString())
                        .out()
                        .lines())
                .hasSize((int) misplaced);

        saysOnceWhatATokenLacks(readOnly);
        for (List<String> command :
                List.of(List.of("list"), List.of("du", "real.host0.m0"), List.of("stat", "real.host0.m0"))) {
            List<String> arguments = new ArrayList<>(command);
            arguments.addAll(1, List.of("--api-token-file", readOnly.toString()));
            CommandRun run = daemons.bucky(arguments.toArray(String[]::new));
            assertThat(run.code()).as(command + run.err()).isZero();
            assertThat(run.err()).doesNotContain("403");
        }

        // May copy, but not delete: the copies are there, and so are the sources.
        Path noDelete = token("{\"namespaces\":[\"*\"],\"ops\":[\"read\",\"update\"]}");
        CommandRun kept = daemons.bucky("rebalance", "--delete", "--api-token-file", noDelete.toString());
        assertThat(kept.code()).isEqualTo(3);
        assertThat(kept.err()).contains("this token does not allow to delete real.host", "Deleted 0 sources");
        assertPointsAreHome(wanted);

        Path root = token("{\"namespaces\":[\"*\"],\"ops\":[\"*\"]}");
        CommandRun moved = daemons.bucky("rebalance", "--delete", "--api-token-file", root.toString());
        assertThat(moved.err()).contains(" 0 failed").doesNotContain("through this client");
        assertThat(moved.code()).isZero();
        assertThat(daemons.bucky("inconsistent", "--api-token-file", root.toString())
                        .out())
                .isEmpty();
        assertPointsAreHome(wanted);
        assertNoLeftovers();
    }

    @Test
    void warnsOnceOfNamesThatTheGoToolsPlaceElsewhere() throws Exception {
        ring(1);
        String elsewhere = List.of("127.0.1.1", "127.0.1.2").stream()
                .filter(host -> !daemons.owner("hä.load").equals(host))
                .findFirst()
                .orElseThrow();
        daemons.write(elsewhere, "hä.load", Map.of(daemons.ago(1), 1.0));
        Path archive = folder.resolve("one.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive), "UTF-8")) {
            Path file = daemons.file(elsewhere, "hä.load");
            tar.putArchiveEntry(new TarArchiveEntry(file, "hä/load.wsp"));
            Files.copy(file, tar);
            tar.closeArchiveEntry();
        }
        Path renames = Files.writeString(folder.resolve("renames.json"), "{\"hä.load\":\"hä.new\"}");
        daemons.start();
        for (List<String> command : List.of(
                List.of("inconsistent"),
                List.of("rebalance", "--no-op"),
                List.of("backfill", "--no-op", renames.toString()),
                List.of("restore", archive.toString()))) {
            String example = command.getFirst().equals("backfill") ? "hä.new" : "hä.load";
            CommandRun run = daemons.bucky(command.toArray(String[]::new));
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.err().lines().filter(line -> line.contains("beyond ASCII")))
                    .as(command.toString())
                    .containsExactly("bucky: warning: 1 metric has characters beyond ASCII in the name, for example "
                            + example + "; jump_fnv1a places them as carbon-c-relay on x86 does, where the Go tools"
                            + " would put them elsewhere: see \"Bytes above 127\" in docs/hash-rings.md");
        }
    }

    private void saysOnceWhatATokenLacks(Path readOnly) throws IOException {
        List<String> metrics = daemons.bucky("list", "-s", "--api-token-file", readOnly.toString())
                .out()
                .lines()
                .toList();
        Path renames = folder.resolve("renames.json");
        Files.writeString(
                renames,
                metrics.stream()
                        .map(metric -> "\"" + metric + "\":\"new." + metric + "\"")
                        .collect(Collectors.joining(",", "{", "}")));
        Path archive = folder.resolve("all.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            for (String metric : metrics) {
                Path file = daemons.file("127.0.1.1", metric);
                tar.putArchiveEntry(new TarArchiveEntry(file, new MetricName(metric).relativePath()));
                Files.copy(file, tar);
                tar.closeArchiveEntry();
            }
        }
        Map<String, List<String>> commands = new TreeMap<>();
        commands.put("delete", List.of("delete", "--noconfirm", "-r", "real"));
        commands.put("replace", List.of("modify", "--agg", "sum", "--regex", "real"));
        commands.put("update", List.of("restore", archive.toString()));
        commands.put("update ", List.of("copy", "--src", daemons.at("127.0.1.1"), "--dst", daemons.at("127.0.1.2")));
        commands.put("update  ", List.of("backfill", renames.toString()));
        commands.forEach((operation, command) -> {
            List<String> arguments = new ArrayList<>(command);
            arguments.addAll(1, List.of("--api-token-file", readOnly.toString()));
            CommandRun run = daemons.bucky(arguments.toArray(String[]::new));
            assertThat(run.code()).as(command + run.err()).isEqualTo(3);
            assertThat(run.err())
                    .as(command.toString())
                    .contains("this token does not allow to " + operation.strip() + " ")
                    .contains("ive a valid token with \"" + operation.strip() + "\" among its ops")
                    .containsPattern("bucky: and [0-9,]+ more metrics were refused for the same reason")
                    .contains("127.0.1.");
            assertThat(run.err().lines().filter(line -> line.contains("this token does not allow")))
                    .as(run.err())
                    .hasSizeLessThanOrEqualTo(3);
        });
    }

    @Test
    void movesCompressedFilesAsTheyAreAndNeverFillsThem() throws Exception {
        ring(1);
        List<String> foreign = Stream.iterate(0, i -> i + 1)
                .map(i -> "packed.m" + i)
                .filter(metric -> !daemons.owner(metric).equals("127.0.1.1"))
                .limit(3)
                .toList();
        byte[] compressed = Files.readAllBytes(WhisperSamples.compressed(
                Files.createDirectories(folder.resolve("sample")).resolve("c.wsp")));
        Map<Long, Double> points = Map.of(daemons.ago(0), 1.0);
        for (String metric : foreign) {
            Files.createDirectories(daemons.file("127.0.1.1", metric).getParent());
        }
        String fresh = foreign.get(0);
        String intoStandard = foreign.get(1);
        String intoCompressed = foreign.get(2);
        Files.write(daemons.file("127.0.1.1", fresh), compressed);
        Files.write(daemons.file("127.0.1.1", intoStandard), compressed);
        daemons.write("127.0.1.1", intoCompressed, points);
        Path standard = daemons.write(daemons.owner(intoStandard), intoStandard, points);
        byte[] standardBytes = Files.readAllBytes(standard);
        Path packed = daemons.file(daemons.owner(intoCompressed), intoCompressed);
        Files.createDirectories(packed.getParent());
        Files.write(packed, compressed);
        daemons.start();

        for (String offload : List.of("--offload=true", "--offload=false")) {
            CommandRun run = daemons.bucky("rebalance", "--delete", offload);

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
            assertThat(daemons.file(daemons.owner(fresh), fresh)).hasBinaryContent(compressed);
            assertThat(daemons.file("127.0.1.1", fresh)).doesNotExist();
            assertThat(standard).hasBinaryContent(standardBytes);
            assertThat(daemons.file("127.0.1.1", intoStandard)).hasBinaryContent(compressed);
            assertThat(packed).hasBinaryContent(compressed);
            assertThat(daemons.file("127.0.1.1", intoCompressed)).exists();
        }
        assertNoLeftovers();
    }

    private Path token(String claims) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "token", ""), Tokens.token(claims) + "\n");
    }

    /** Half an hour of points for each metric, with gaps. */
    private void writeMetrics(String host, Map<String, Map<Long, Double>> wanted) throws IOException {
        for (int i = 0; i < METRICS; i++) {
            String metric = "real.host" + i % 5 + ".m" + i;
            Map<Long, Double> points = new TreeMap<>();
            for (int minute = 30; minute >= 0; minute--) {
                if ((minute + i) % 7 != 0) {
                    points.put(daemons.ago(minute), (double) (i * 1000 + minute));
                }
            }
            daemons.write(host, metric, points);
            wanted.put(metric, points);
        }
    }

    /** Some metrics have been written at their owners, too, where their points count. */
    private void writeOtherHalves(Map<String, Map<Long, Double>> wanted) throws IOException {
        int i = 0;
        for (String metric : wanted.keySet()) {
            String owner = daemons.owner(metric);
            if (i++ % 3 == 0 && !Files.exists(daemons.file(owner, metric))) {
                Map<Long, Double> points = new TreeMap<>();
                for (int minute = 10; minute >= 0; minute -= 2) {
                    points.put(daemons.ago(minute), -1.0 - minute);
                }
                daemons.write(owner, metric, points);
                wanted.get(metric).putAll(points);
            }
        }
    }

    private void assertPointsAreHome(Map<String, Map<Long, Double>> wanted) throws IOException {
        for (Map.Entry<String, Map<Long, Double>> metric : wanted.entrySet()) {
            for (String host : daemons.ring().stores(metric.getKey())) {
                assertThat(daemons.points(host, metric.getKey()))
                        .as(metric.getKey() + " on " + host)
                        .containsAllEntriesOf(metric.getValue());
            }
        }
    }

    /** What is on one of its owners already is not copied to the other. */
    private void assertPointsAreHomeOnlyIfMoved(Map<String, Map<Long, Double>> wanted) throws IOException {
        Map<String, Map<Long, Double>> moved = new TreeMap<>(wanted);
        moved.keySet().removeIf(metric -> daemons.ring().stores(metric).contains("127.0.1.1"));
        assertThat(moved).isNotEmpty();
        assertPointsAreHome(moved);
        for (String metric : moved.keySet()) {
            assertThat(daemons.file("127.0.1.1", metric)).doesNotExist();
        }
    }

    private void assertNoLeftovers() throws IOException {
        try (var files = Files.walk(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }
}
