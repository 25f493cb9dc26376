package org.buckytools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.buckytools.agent.Agent;
import org.buckytools.agent.AgentConfig;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.Json;
import org.buckytools.whisper.posix.FileStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code du}, {@code stat}, {@code delete} and {@code json} against three real daemons over real files. */
@Timeout(120)
class ReadsAndDeletesTest {
    private static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");

    /** More than are looked up together. */
    private static final int METRICS = 600;

    /** What file systems allow and tools trip over. */
    private static final List<String> ODD = List.of(
            "odd.with space.x",
            "odd.a;b=c;d=e",
            "odd.100%.%41+&?#",
            "odd.\"quoted\\\"",
            "odd.<é>.日本.\ud83d\ude00",
            "odd.line\u0001feed\ttab",
            "odd." + "l".repeat(250),
            "odd." + "é".repeat(125));

    @TempDir
    private Path folder;

    private final Map<String, Agent> agents = new LinkedHashMap<>();

    /** Of every metric on every host, as {@code HOST METRIC}, the size of its file. */
    private final Map<String, Long> sizes = new TreeMap<>();

    private int port;

    @BeforeEach
    void start() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < METRICS; i++) {
            store(HOSTS.get(i % 3), "plain.h" + i % 20 + ".m" + i, 29 + random.nextInt(20_000));
        }
        for (String odd : ODD) {
            store(HOSTS.get(random.nextInt(3)), odd, 1000);
        }
        store(HOSTS.get(0), "twice", 100);
        store(HOSTS.get(1), "twice", 200);
        List<Member> members =
                HOSTS.stream().map(host -> Member.parse(host + ":2003=x")).toList();
        HashRing ring = HashRings.of(RingType.CARBON, members);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(HOSTS.getFirst()))) {
            port = free.getLocalPort();
        }
        for (String host : HOSTS) {
            agents.put(
                    host,
                    Agent.start(
                            AgentConfig.of(new InetSocketAddress(host, port), host, ring, folder.resolve(host)),
                            InstantSource.system()));
        }
    }

    @AfterEach
    void stop() {
        agents.values().forEach(Agent::close);
    }

    private Path file(String host, String metric) {
        return folder.resolve(host).resolve(new MetricName(metric).relativePath());
    }

    private void store(String host, String metric, int size) throws IOException {
        Files.createDirectories(file(host, metric).getParent());
        Files.write(file(host, metric), new byte[size]);
        sizes.put(host + " " + metric, (long) size);
    }

    private CommandRun bucky(String input, String... arguments) {
        return Bucky.run(HOSTS.getFirst() + ":" + port, input, arguments);
    }

    private long total(String part) {
        return sizes.entrySet().stream()
                .filter(one -> one.getKey().contains(part))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static long bytes(CommandRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return Long.parseLong(run.out().substring(0, run.out().indexOf(" Bytes\n")));
    }

    @Test
    void addUpWhatIsOnTheDisks() throws IOException {
        assertThat(bytes(bucky("", "du", "-w", "100", "-r", "."))).isEqualTo(total(""));
        assertThat(bytes(bucky("", "du", "-r", "^plain\\.h1\\."))).isEqualTo(total("plain.h1."));
        assertThat(bytes(bucky("", "du", "-s", "-r", "."))).isEqualTo(total(HOSTS.getFirst() + " "));
        assertThat(bytes(bucky("", "du", "twice"))).isEqualTo(300);
        long allocated = 0;
        for (String one : sizes.keySet()) {
            allocated += FileStatus.of(file(one.substring(0, one.indexOf(' ')), one.substring(one.indexOf(' ') + 1)))
                    .allocatedBytes();
        }
        assertThat(bytes(bucky("", "du", "--allocated", "-r", "."))).isEqualTo(allocated);
    }

    @Test
    void takeTheListsThatOthersPrint() throws IOException {
        CommandRun list = bucky("", "list", "-j", "-r", "^odd");
        assertThat(names(list.out())).containsExactlyInAnyOrderElementsOf(ODD);
        CommandRun json = bucky(bucky("", "list", "-r", "^odd").out(), "json", "-");
        assertThat(names(json.out())).isEqualTo(names(list.out()));

        assertThat(bytes(bucky(list.out(), "du", "-"))).isEqualTo(total(" odd."));
        CommandRun stat = bucky(list.out(), "stat", "-j", "-");
        assertThat(stat.code()).isZero();
        assertThat(stats(stat.out())).isEqualTo(sizesOf("odd."));
    }

    private static List<String> names(String json) throws IOException {
        List<String> names = new ArrayList<>();
        Json.readTexts(new ByteArrayInputStream(json.getBytes(UTF_8)), "the list", names::add);
        return names;
    }

    /** Sizes of metrics with this beginning, as {@link #sizes} has them. */
    private Map<String, Long> sizesOf(String beginning) {
        Map<String, Long> some = new TreeMap<>(sizes);
        some.keySet().removeIf(one -> !one.substring(one.indexOf(' ') + 1).startsWith(beginning));
        return some;
    }

    /** The same from the output of {@code stat -j}. */
    private Map<String, Long> stats(String json) throws IOException {
        Map<String, Long> stats = new TreeMap<>();
        Json.read(
                json,
                "the stats",
                array -> array.list(100_000, one -> {
                    String name = "";
                    String server = "";
                    long size = 0;
                    one.beginObject();
                    for (String field; (field = one.nextField()) != null; ) {
                        switch (field) {
                            case "Name" -> name = one.text();
                            case "Server" -> server = one.text();
                            case "Size" -> size = one.number(0, Long.MAX_VALUE);
                            default -> one.skip();
                        }
                    }
                    stats.put(server.replace(":" + port, "") + " " + name, size);
                    return name;
                }));
        return stats;
    }

    @Test
    void lookUpEveryMetric() throws IOException {
        CommandRun stat = bucky("", "stat", "-j", "-w", "100", "-r", ".");

        assertThat(stat.code()).isZero();
        assertThat(stats(stat.out())).isEqualTo(sizes);
        CommandRun text = bucky("", "stat", "twice", "nowhere");
        assertThat(text.code()).isEqualTo(3);
        assertThat(text.out()).matches("0.10KiB\t\\S+Z\ttwice\n0.20KiB\t\\S+Z\ttwice\n");
        assertThat(text.err()).isEqualTo("bucky: nowhere: no daemon that answered has such a metric\n");
    }

    @Test
    void bearWithMetricsThatGoBehindTheDaemonsBack() throws IOException {
        assertThat(bucky("", "list", "plain.h0.m0").out()).isEqualTo("plain.h0.m0\n");
        Files.delete(file(HOSTS.getFirst(), "plain.h0.m0"));

        assertThat(bytes(bucky("", "du", "-r", "^plain")))
                .isEqualTo(total(" plain.") - sizes.get(HOSTS.getFirst() + " plain.h0.m0"));
        assertThat(bucky("", "stat", "-r", "^plain").out().lines()).hasSize(METRICS - 1);
        assertThat(bucky("", "delete", "--noconfirm", "plain.h0.m0", "nowhere"))
                .isEqualTo(new CommandRun(0, "", "Deleted 0 metrics; 1 gone already; 0 failed.\n"));
        CommandRun rescanned = bucky("", "stat", "-f", "plain.h0.m0");
        assertThat(rescanned.code()).isEqualTo(3);
        assertThat(rescanned.err()).endsWith("bucky: plain.h0.m0: no daemon that answered has such a metric\n");
    }

    @Test
    void deleteOddNamesAndNothingElse() {
        String list = bucky("", "list", "-j", "-r", "^odd").out();

        assertThat(bucky(list, "delete", "-")).isEqualTo(new CommandRun(2, "", """
                bucky: there is no terminal to ask on, so nothing was deleted
                  Give --noconfirm to delete without being asked.
                """));
        assertThat(bucky("", "list", "-r", "^odd").out().lines()).hasSize(ODD.size());
        CommandRun deletion = bucky(list, "delete", "--noconfirm", "-j", "--print-deletion", "-");

        assertThat(deletion.code()).isZero();
        assertThat(deletion.out())
                .isEqualTo(
                        "{\"deleted\":" + ODD.size() + ",\"absent\":0,\"declined\":0,\"failed\":0,\"failures\":[]}\n");
        assertThat(deletion.err().lines().filter(line -> line.startsWith("DELETED: odd.")))
                .hasSize(ODD.size());
        assertThat(bucky("", "list", "-r", "^odd").out()).isEmpty();
        for (String host : HOSTS) {
            assertThat(folder.resolve(host).resolve("odd")).doesNotExist();
        }
        assertThat(bucky("", "list").out().lines()).hasSize(METRICS + 1);
    }

    @Test
    void sayWhoIsDown() {
        agents.get(HOSTS.get(2)).close();
        String down = HOSTS.get(2) + ":" + port + " does not answer GET /hashring: connection refused";

        CommandRun du = bucky("", "du", "-r", ".");
        assertThat(du.code()).isEqualTo(3);
        assertThat(du.out()).startsWith((total("") - total(HOSTS.get(2) + " ")) + " Bytes\n");
        assertThat(du.err()).isEqualTo("bucky: warning: " + down + "; its metrics are missing here\n");
        CommandRun stat = bucky("", "stat", "twice");
        assertThat(stat.code()).isEqualTo(3);
        assertThat(stat.out().lines()).hasSize(2);
        CommandRun delete = bucky("", "delete", "--noconfirm", "twice");
        assertThat(delete.code()).isEqualTo(4);
        assertThat(delete.err()).startsWith("bucky: " + down + "\n  Nothing was changed. 2 of 3 nodes agree");
        assertThat(file(HOSTS.getFirst(), "twice")).exists();
        assertThat(bucky("", "du", "-h", HOSTS.get(2) + ":" + port, "twice").code())
                .isEqualTo(4);
        assertThat(bucky("not json", "stat", "-").code()).isEqualTo(2);
    }
}
