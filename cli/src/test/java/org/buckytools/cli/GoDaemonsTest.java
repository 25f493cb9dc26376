package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.GoDaemon;
import org.buckytools.cli.testing.GoDaemon.Variant;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every command against a cluster of Go daemons, and against one in which some are ours. */
@Timeout(120)
class GoDaemonsTest {
    private static final String ONE = "127.0.1.1";
    private static final String TWO = "127.0.1.2";
    private static final String THREE = "127.0.1.3";
    private static final int METRICS = 24;

    /** What Go escapes in a path or in JSON, and what it leaves. */
    private static final List<String> ODD = List.of(
            "odd.with space",
            "odd.a;b=c",
            "odd.100%",
            "odd.<a>&b",
            "odd.é.日本",
            "odd.\"q\"+?#",
            "odd." + "l".repeat(250));

    @TempDir
    private Path folder;

    private final Map<String, GoDaemon> go = new LinkedHashMap<>();

    /** Of the same ring; none of them runs but in tests of mixed clusters. */
    private RealDaemons daemons;

    private int made;

    @BeforeEach
    void ring() throws IOException {
        daemons = RealDaemons.ofThree(folder);
    }

    /** Where Go's ring wants a metric. For names that are not ASCII that is not where carbon-c-relay, and so our own ring, does. */
    private String goOwner(String metric) {
        return HashRings.of(RingType.JUMP_STRING, daemons.ring().members())
                .stores(metric)
                .getFirst();
    }

    @AfterEach
    void stop() throws IOException {
        daemons.close();
        for (GoDaemon daemon : go.values()) {
            daemon.close();
        }
    }

    private GoDaemon start(Variant variant, String host) throws IOException {
        GoDaemon daemon =
                new GoDaemon(variant, host, daemons.port(), daemons.ring().members());
        go.put(host, daemon);
        return daemon;
    }

    private void start(Variant variant) throws IOException {
        for (String host : List.of(ONE, TWO, THREE)) {
            start(variant, host);
        }
    }

    private byte[] whisper(Map<Long, Double> points) throws IOException {
        return Files.readAllBytes(daemons.write("made", "m" + made++, points));
    }

    private Map<Long, Double> point(double value) {
        return Map.of(daemons.ago(3), value);
    }

    private Map<Long, Double> points(byte[] content) throws IOException {
        String metric = "read" + made++;
        Path file = daemons.file("made", metric);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return daemons.points("made", metric);
    }

    /** Puts all of these on one daemon; each has its place in the list as its value. */
    private List<String> storeOn(String host) throws IOException {
        List<String> metrics = new ArrayList<>(ODD);
        IntStream.range(0, METRICS).forEach(i -> metrics.add("m.n" + i % 4 + ".m" + i));
        for (String metric : metrics) {
            go.get(host).put(metric, whisper(point(metrics.indexOf(metric))));
        }
        return metrics;
    }

    private GoDaemon owner(String metric) {
        return go.get(goOwner(metric));
    }

    private void assertIsHome(List<String> metrics) throws IOException {
        for (String metric : metrics) {
            assertThat(points(owner(metric).content(metric).orElseThrow()))
                    .as(metric)
                    .containsExactlyEntriesOf(new TreeMap<>(point(metrics.indexOf(metric))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sayWhatTheyAre(Variant variant) throws Exception {
        start(variant);

        assertThat(daemons.bucky("servers")).isEqualTo(new CommandRun(0, """
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
        go.remove(THREE).close();
        assertThat(daemons.bucky("servers").code()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void list(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);
        go.get(TWO).put("m.n0.m0", whisper(point(0)));

        assertThat(daemons.bucky("list").out().lines()).containsExactlyInAnyOrderElementsOf(metrics);
        assertThat(daemons.bucky("list", "-l", "-r", "m0$").out())
                .isEqualTo(daemons.at(ONE) + ": m.n0.m0\n" + daemons.at(TWO) + ": m.n0.m0\n");
        assertThat(daemons.bucky("list", "odd.<a>&b", "odd.a;b=c", "no.such").out())
                .isEqualTo("odd.<a>&b\nodd.a;b=c\n");
        assertThat(daemons.bucky("list", "-f").code()).isZero();
        assertThat(daemons.bucky("locate", "m.n0.m0").out()).isEqualTo("m.n0.m0 => " + goOwner("m.n0.m0") + "\n");
    }

    @Test
    void areWaitedForWhileTheyScan() throws Exception {
        start(Variant.FORK);
        go.get(TWO).put("m", whisper(point(0))).scanning(1);

        CommandRun run = daemons.bucky("list");

        assertThat(run.out()).isEqualTo("m\n");
        assertThat(run.err()).startsWith(daemons.at(TWO) + " is building its list of metrics");
    }

    @ParameterizedTest
    @EnumSource
    void areJudgedByTheRing(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);

        CommandRun run = daemons.bucky("inconsistent");

        assertThat(run.out().lines())
                .containsExactlyInAnyOrderElementsOf(metrics.stream()
                        .filter(metric -> !goOwner(metric).equals(ONE))
                        .map(metric -> daemons.at(ONE) + ": " + metric)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void rebalance(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);

        CommandRun copied = daemons.bucky("rebalance", "-w", "10");

        assertThat(copied.code()).as(copied.err()).isZero();
        assertThat(go.get(ONE).metrics()).hasSize(metrics.size());
        assertIsHome(metrics);
        assertThat(go.get(TWO).requests()).noneMatch(request -> request.contains("/v2/"));
        assertThat(go.get(TWO).requests().stream().anyMatch(request -> request.contains("?fetch_offload=true")))
                .isTrue();
        if (variant == Variant.ORIGINAL) {
            assertThat(copied.err()).contains(daemons.at(TWO) + " cannot fetch metrics by itself");
        }
    }

    @ParameterizedTest
    @EnumSource
    void rebalanceAndDelete(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);

        CommandRun run = daemons.bucky("rebalance", "--delete", "--no-encoding");

        assertThat(run.code()).as(run.err()).isZero();
        assertIsHome(metrics);
        assertThat(go.get(ONE).metrics()).allMatch(metric -> goOwner(metric).equals(ONE));
        String gone = "/metrics/"
                + metrics.stream()
                        .filter(metric ->
                                metric.startsWith("m.") && !goOwner(metric).equals(ONE))
                        .findFirst()
                        .orElseThrow();
        List<String> requests = go.get(ONE).requests();
        // Looked at once more just before.
        assertThat(requests.subList(0, requests.indexOf("DELETE " + gone)))
                .filteredOn(("HEAD " + gone)::equals)
                .hasSize(2);
        assertThat(requests).contains("GET " + gone);
    }

    @ParameterizedTest
    @EnumSource
    void rebalanceWithoutOffload(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);

        CommandRun run = daemons.bucky("rebalance", "--delete", "--offload=false");

        assertThat(run.code()).as(run.err()).isZero();
        assertIsHome(metrics);
        assertThat(go.get(TWO).requests()).noneMatch(request -> request.contains("fetch_offload"));
    }

    @ParameterizedTest
    @EnumSource
    void areNotLetFillUnlessTheyAreTrusted(Variant variant) throws Exception {
        start(variant);
        String metric = IntStream.range(0, 100)
                .mapToObj(i -> "m" + i)
                .filter(name -> goOwner(name).equals(TWO))
                .findFirst()
                .orElseThrow();
        Map<Long, Double> source = new TreeMap<>();
        IntStream.rangeClosed(1, 9).forEach(minute -> source.put(daemons.ago(minute), 1.0));
        Map<Long, Double> there = new TreeMap<>();
        List.of(9, 7, 3, 2, 1).forEach(minute -> there.put(daemons.ago(minute), 2.0));
        go.get(ONE).put(metric, whisper(source));
        byte[] before = whisper(there);
        go.get(TWO).put(metric, before);

        CommandRun refused = daemons.bucky("rebalance", "--delete");

        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("as a Go daemon it would fill it inexactly");
        assertThat(go.get(TWO).content(metric).orElseThrow()).isEqualTo(before);
        assertThat(go.get(ONE).metrics()).containsExactly(metric);

        CommandRun trusted = daemons.bucky("rebalance", "--delete", "--trust-v1-fill");

        assertThat(trusted.code()).as(trusted.err()).isZero();
        assertThat(go.get(ONE).metrics()).isEmpty();
        // What that costs: the gap of one step stays, and the good point after the longer one is overwritten.
        assertThat(points(go.get(TWO).content(metric).orElseThrow()))
                .doesNotContainKey(daemons.ago(8))
                .containsEntry(daemons.ago(5), 1.0)
                .containsEntry(daemons.ago(3), 1.0)
                .containsEntry(daemons.ago(2), 2.0);
    }

    @Test
    void giveOursWhatIsNewByTheirClock() throws Exception {
        long time = daemons.ago(-10);
        start(Variant.ORIGINAL, ONE).clock(Instant.ofEpochSecond(time));
        daemons.start(TWO, UnaryOperator.identity());
        start(Variant.ORIGINAL, THREE);
        String metric = IntStream.range(0, 100)
                .mapToObj(i -> "m" + i)
                .filter(name -> goOwner(name).equals(TWO))
                .findFirst()
                .orElseThrow();
        Path later = daemons.write("made", "later", point(1));
        try (WhisperFile file = WhisperFile.open(later, WhisperFile.Access.WRITE)) {
            file.update(new Point(time, 77), time);
        }
        go.get(ONE).put(metric, Files.readAllBytes(later));
        daemons.write(TWO, metric, Map.of(daemons.ago(5), 2.0));

        CommandRun run = daemons.bucky("rebalance", "--delete", "--offload=false");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(go.get(ONE).requests()).contains("GET /metrics/" + metric);
        assertThat(go.get(ONE).metrics()).isEmpty();
        assertThat(daemons.points(TWO, metric))
                .containsEntry(daemons.ago(3), 1.0)
                .containsEntry(daemons.ago(5), 2.0);
        try (WhisperFile file = WhisperFile.open(daemons.file(TWO, metric), WhisperFile.Access.READ)) {
            assertThat(file.fetch(time - RealDaemons.STEP, time, time)
                            .orElseThrow()
                            .valueAt(0))
                    .isEqualTo(77);
        }
    }

    @ParameterizedTest
    @EnumSource
    void copy(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);

        CommandRun run = daemons.bucky("copy", "--src", daemons.at(ONE), "--dst", daemons.at(THREE), "--delete");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(go.get(ONE).metrics()).isEmpty();
        assertThat(go.get(THREE).metrics()).containsExactlyInAnyOrderElementsOf(metrics);
    }

    @ParameterizedTest
    @EnumSource
    void backfill(Variant variant) throws Exception {
        start(variant);
        storeOn(ONE);

        CommandRun run = daemons.buckyWithInput(
                "{\"m.n0.m0\":\"new.0\",\"odd.a;b=c\":\"new.a b\",\"no.such\":\"new.2\"}",
                "backfill",
                "-",
                "--ignore404");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(points(owner("new.0").content("new.0").orElseThrow())).containsExactlyEntriesOf(point(ODD.size()));
        assertThat(points(owner("new.a b").content("new.a b").orElseThrow())).containsExactlyEntriesOf(point(1));
        assertThat(go.get(ONE).metrics()).contains("m.n0.m0", "odd.a;b=c");
        assertThat(run.err()).contains("2 new");
    }

    @ParameterizedTest
    @EnumSource
    void backfill2(Variant variant) throws Exception {
        start(variant);
        storeOn(ONE);
        Path map = Files.writeString(folder.resolve("map.json"), "{\"m.n0.m0\":\"new.0\",\"m.n1.m1\":\"new.1\"}");

        CommandRun run = daemons.bucky(
                "backfill2",
                "-offload",
                "-src-cluster-seed",
                daemons.at(ONE),
                "-dst-cluster-seed",
                daemons.at(TWO),
                "-w",
                "3",
                "-ignore404",
                "-metric-map-file",
                map.toString(),
                "-delete");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(points(owner("new.0").content("new.0").orElseThrow())).containsExactlyEntriesOf(point(ODD.size()));
        assertThat(go.get(ONE).metrics()).doesNotContain("m.n0.m0", "m.n1.m1").contains("m.n2.m2");
    }

    @ParameterizedTest
    @EnumSource
    void measureAndDelete(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);
        int size = go.get(ONE).content("m.n0.m0").orElseThrow().length;

        assertThat(daemons.bucky("du", "-r", ".").out()).startsWith(size * metrics.size() + " Bytes\n");
        assertThat(daemons.bucky("stat", "odd.<a>&b").out()).contains("4.12KiB", "odd.<a>&b");
        assertThat(daemons.bucky("stat", "no.such").code()).isEqualTo(3);
        CommandRun deleted = daemons.bucky("delete", "--noconfirm", "-r", "odd|n3");
        assertThat(deleted.code()).as(deleted.err()).isZero();
        assertThat(go.get(ONE).metrics())
                .hasSize(metrics.size() - ODD.size() - METRICS / 4)
                .noneMatch(metric -> metric.startsWith("odd"));
    }

    @ParameterizedTest
    @EnumSource
    void areArchivedAndRestored(Variant variant) throws Exception {
        start(variant);
        List<String> metrics = storeOn(ONE);
        ByteArrayOutputStream tar = new ByteArrayOutputStream();

        CommandRun written = Bucky.run(daemons.at(ONE), "", tar, "tar", "-r", "-w", "10", ".");
        assertThat(written.code()).as(written.err()).isZero();
        Map<String, byte[]> archived = new TreeMap<>();
        try (TarArchiveInputStream entries = new TarArchiveInputStream(new ByteArrayInputStream(tar.toByteArray()))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                archived.put(entry.getName(), entries.readAllBytes());
            }
        }
        assertThat(archived).hasSize(metrics.size());
        for (String metric : metrics) {
            assertThat(archived.get(new MetricName(metric).relativePath()))
                    .as(metric)
                    .isEqualTo(go.get(ONE).content(metric).orElseThrow());
        }
        Path file = Files.write(folder.resolve("all.tar"), tar.toByteArray());
        assertThat(daemons.bucky("delete", "--noconfirm", "-r", ".").code()).isZero();

        CommandRun restored = daemons.bucky("restore", "-w", "10", file.toString());

        assertThat(restored.code()).as(restored.err()).isZero();
        assertIsHome(metrics);
    }

    @Test
    void areNotAskedToModifyWhatTheyCannotCheck() throws Exception {
        start(Variant.FORK);
        go.get(ONE).put("m", whisper(point(1)));
        byte[] before = go.get(ONE).content("m").orElseThrow();

        CommandRun run = daemons.bucky("modify", "--agg", "max", "m");

        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains(daemons.at(ONE));
        assertThat(go.get(ONE).content("m").orElseThrow()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void canBeExchangedOneAtATime(Variant variant) throws Exception {
        start(variant, ONE);
        daemons.start(TWO, UnaryOperator.identity());
        start(variant, THREE);
        List<String> metrics = storeOn(ONE);

        CommandRun run = daemons.bucky("rebalance", "--delete");

        assertThat(run.code()).as(run.err()).isZero();
        for (String metric : metrics) {
            Map<Long, Double> wanted = point(metrics.indexOf(metric));
            String owner = goOwner(metric);
            Map<Long, Double> is = owner.equals(TWO)
                    ? daemons.points(TWO, metric)
                    : points(go.get(owner).content(metric).orElseThrow());
            assertThat(is).as(metric).containsExactlyEntriesOf(wanted);
        }
        assertThat(go.get(ONE).metrics()).allMatch(metric -> goOwner(metric).equals(ONE));

        // And from ours to theirs, with versions.
        CommandRun back = daemons.bucky("copy", "--src", daemons.at(TWO), "--dst", daemons.at(ONE), "--delete");

        assertThat(back.code()).as(back.err()).isZero();
        assertThat(daemons.files(TWO)).isEmpty();
        assertThat(go.get(ONE).metrics())
                .containsAll(metrics.stream()
                        .filter(metric -> goOwner(metric).equals(TWO))
                        .toList());
    }
}
