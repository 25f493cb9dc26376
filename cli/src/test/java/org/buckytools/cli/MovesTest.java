package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code copy}, {@code backfill} and {@code backfill2} between real daemons over real files. */
@Timeout(120)
class MovesTest {
    private static final String ONE = "127.0.1.1";
    private static final String TWO = "127.0.1.2";
    private static final String THREE = "127.0.1.3";

    /** What file systems allow and tools trip over. */
    private static final List<String> ODD = List.of(
            "odd.with space",
            "odd.a;b=c;d=e",
            "odd.100%.%41+&?#",
            "odd.\"quoted\\\"",
            "odd.<é>.日本.\ud83d\ude00",
            "odd.line\u0001feed\ttab",
            "odd." + "l".repeat(250) + ".x",
            "odd." + "é".repeat(125) + ".x");

    @TempDir
    private Path folder;

    private RealDaemons daemons;
    private final List<RealDaemons> others = new ArrayList<>();

    @BeforeEach
    void ring() throws IOException {
        daemons = RealDaemons.ofThree(folder.resolve("first"));
    }

    @AfterEach
    void stop() {
        daemons.close();
        others.forEach(RealDaemons::close);
    }

    private RealDaemons otherCluster() throws IOException {
        RealDaemons other = RealDaemons.ring(folder.resolve("second"), 1, "127.0.2.1", "127.0.2.2", "127.0.2.3");
        others.add(other);
        return other;
    }

    private Map<Long, Double> point(int minutesAgo, double value) {
        return new TreeMap<>(Map.of(daemons.ago(minutesAgo), value));
    }

    private static String json(Map<String, String> names) {
        return Json.toAscii(out -> {
            out.writeStartObject();
            names.forEach(out::writeStringProperty);
            out.writeEndObject();
        });
    }

    private void assertNoLeftovers() throws IOException {
        try (var files = Files.walk(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void copyTakesEverythingAlongAndFillsWhatIsThere() throws Exception {
        for (int i = 0; i < 40; i++) {
            daemons.write(ONE, "m.n" + i % 4 + ".m" + i, point(3, i));
        }
        daemons.write(TWO, "m.n1.m1", point(2, -1));
        daemons.start();

        CommandRun run = daemons.bucky("copy", "-src", daemons.at(ONE), "-dst", daemons.at(TWO), "-w", "20", "-delete");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("(39 new, 1 filled, 0 unchanged)", "Deleted 40 sources; 0 failed");
        assertThat(daemons.files(ONE)).isEmpty();
        assertThat(daemons.files(TWO)).hasSize(40);
        assertThat(daemons.points(TWO, "m.n1.m1"))
                .containsEntry(daemons.ago(2), -1.0)
                .containsEntry(daemons.ago(3), 1.0);
        assertThat(daemons.points(TWO, "m.n3.m7")).containsExactlyEntriesOf(point(3, 7));
        assertNoLeftovers();
    }

    @Test
    void backfillLetsTheFirstNamedCountWhereTwoAreMerged() throws Exception {
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < 30; i++) {
            // Sorted by name the second comes first.
            daemons.write(daemons.owner("old.z" + i), "old.z" + i, point(3, 1));
            Map<Long, Double> points = point(3, 2);
            points.put(daemons.ago(4), 2.0);
            daemons.write(daemons.owner("old.a" + i), "old.a" + i, points);
            names.put("old.z" + i, "new.m" + i);
            names.put("old.a" + i, "new.m" + i);
        }
        daemons.start();

        CommandRun run = daemons.buckyWithInput(json(names), "backfill", "-", "-w", "30");

        assertThat(run.code()).as(run.err()).isZero();
        for (int i = 0; i < 30; i++) {
            assertThat(daemons.points(daemons.owner("new.m" + i), "new.m" + i))
                    .containsExactly(Map.entry(daemons.ago(4), 2.0), Map.entry(daemons.ago(3), 1.0));
        }
        assertThat(daemons.buckyWithInput(json(names), "backfill", "-").err())
                .contains("(0 new, 0 filled, 60 unchanged)");
        assertNoLeftovers();
    }

    @Test
    void backfillLetsTheOwnersPointCountWhereOthersHaveAnother() throws Exception {
        String owner = daemons.owner("old");
        for (String host : List.of(ONE, TWO, THREE)) {
            daemons.write(host, "old", point(3, host.equals(owner) ? 1 : 2));
        }
        daemons.start();

        assertThat(daemons.buckyWithInput("{\"old\":\"new\"}", "backfill", "-").code())
                .isZero();

        assertThat(daemons.points(daemons.owner("new"), "new")).containsExactlyEntriesOf(point(3, 1));
    }

    @Test
    void backfill2RenamesInPlace() throws Exception {
        Map<String, String> names = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            daemons.write(daemons.owner("old.m" + i), "old.m" + i, point(3, i));
            names.put("old.m" + i, "new.m" + i);
        }
        daemons.start();
        Path map = Files.writeString(folder.resolve("map.json"), json(names));

        CommandRun run = daemons.bucky(
                "backfill2",
                "-offload",
                "-src-cluster-seed",
                daemons.at(ONE),
                "-dst-cluster-seed",
                daemons.at(TWO),
                "-metric-map-file",
                map.toString(),
                "-delete");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("through this client");
        for (int i = 0; i < 40; i++) {
            assertThat(daemons.points(daemons.owner("new.m" + i), "new.m" + i)).containsExactlyEntriesOf(point(3, i));
        }
        assertThat(daemons.bucky("list").out().lines()).hasSize(40).allMatch(name -> name.startsWith("new."));
        assertNoLeftovers();
    }

    @Test
    void backfill2GoesThroughTheClientWhereDaemonsDoNotKnowEachOther() throws Exception {
        for (int i = 0; i < 30; i++) {
            daemons.write(daemons.owner("m" + i), "m" + i, point(3, i));
        }
        daemons.start();
        RealDaemons other = otherCluster();
        other.write(other.owner("m7"), "m7", point(4, 70));
        other.start();

        CommandRun run = daemons.bucky(
                "backfill2",
                "--src-cluster-seed",
                daemons.at(TWO),
                "--dst-cluster-seed",
                other.at("127.0.2.2"),
                "-r",
                ".",
                "--delete");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("--allow-source", "these metrics go through this client instead");
        for (int i = 0; i < 30; i++) {
            assertThat(other.points(other.owner("m" + i), "m" + i)).containsAllEntriesOf(point(3, i));
        }
        assertThat(other.points(other.owner("m7"), "m7")).containsEntry(daemons.ago(4), 70.0);
        assertThat(daemons.bucky("list").out()).isEmpty();
        assertNoLeftovers();
    }

    @Test
    void backfill2LetsDaemonsPullThatAreAllowedTo() throws Exception {
        for (int i = 0; i < 30; i++) {
            daemons.write(daemons.owner("m" + i), "m" + i, point(3, i));
        }
        daemons.start();
        List<DaemonAddress> sources = List.of(
                new DaemonAddress(ONE, daemons.port()),
                new DaemonAddress(TWO, daemons.port()),
                new DaemonAddress(THREE, daemons.port()));
        RealDaemons other = otherCluster().start(config -> config.withAllowedSources(sources));

        CommandRun run = daemons.bucky(
                "backfill2",
                "--src-cluster-seed",
                daemons.at(ONE),
                "--dst-cluster-seed",
                other.at("127.0.2.1"),
                "-r",
                ".");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("through this client").contains("30 new");
        assertThat(daemons.bucky("list").out()).isEqualTo(other.bucky("list").out());
    }

    @Test
    void takeNamesOfAllKinds() throws Exception {
        Map<String, String> names = new TreeMap<>();
        for (String odd : ODD) {
            daemons.write(daemons.owner(odd), odd, point(3, 1));
            names.put(odd, "new." + odd);
        }
        daemons.start();
        RealDaemons other = otherCluster().start();
        Path map = Files.writeString(folder.resolve("map.json"), json(names));

        CommandRun backfill = daemons.bucky("backfill", map.toString(), "-j");
        CommandRun backfill2 = daemons.bucky(
                "backfill2",
                "--src-cluster-seed",
                daemons.at(ONE),
                "--dst-cluster-seed",
                other.at("127.0.2.1"),
                "--metric-map-file",
                map.toString());
        CommandRun copy = daemons.bucky("copy", "--src", daemons.at(ONE), "--dst", other.at("127.0.2.3"), "-v");

        assertThat(backfill.code()).as(backfill.err()).isZero();
        assertThat(backfill.out()).startsWith("{\"planned\":8,\"created\":8,");
        assertThat(backfill2.code()).as(backfill2.err()).isZero();
        assertThat(copy.code()).as(copy.err()).isZero();
        for (String odd : ODD) {
            String renamed = "new." + odd;
            assertThat(daemons.points(daemons.owner(renamed), renamed)).containsExactlyEntriesOf(point(3, 1));
            assertThat(other.points(other.owner(renamed), renamed)).containsExactlyEntriesOf(point(3, 1));
            if (daemons.owner(odd).equals(ONE)) {
                assertThat(other.points("127.0.2.3", odd)).containsExactlyEntriesOf(point(3, 1));
            }
        }
    }

    @Test
    void copyReportsACorruptFileAmongManyAndKeepsIt() throws Exception {
        for (int i = 0; i < 60; i++) {
            daemons.write(ONE, "m" + i, point(3, i));
        }
        WhisperSamples.corrupt(daemons.file(ONE, "m17"));
        // Written lately, it could be one that carbon is just making.
        WhisperSamples.old(WhisperSamples.corrupt(daemons.file(TWO, "m18")));
        daemons.start();
        Path errors = folder.resolve("errors");

        CommandRun run = daemons.bucky(
                "copy",
                "--src",
                daemons.at(ONE),
                "--dst",
                daemons.at(TWO),
                "--delete",
                "--metric-err-file",
                errors.toString());

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .contains(
                        "bucky: m17 on " + daemons.at(ONE) + ": ",
                        "bucky: m18 on " + daemons.at(TWO) + ": ",
                        "2 failed");
        assertThat(Files.readAllLines(errors))
                .hasSize(2)
                .anyMatch(line -> line.endsWith(" src,m17," + daemons.at(ONE)))
                .anyMatch(line -> line.endsWith(" dst,m18," + daemons.at(TWO)));
        assertThat(daemons.files(ONE)).containsExactly("m17.wsp", "m18.wsp");
        assertThat(daemons.file(TWO, "m17")).doesNotExist();
        assertThat(daemons.file(TWO, "m18")).hasContent("junk");
        assertThat(daemons.files(TWO)).hasSize(59);
        assertThat(daemons.bucky("copy", "--src", daemons.at(ONE), "--dst", daemons.at(TWO), "--error-tolerance", "2")
                        .code())
                .isZero();
    }

    @Test
    void backfillReportsAMetricThatIsGoneAndDoesTheOthers() throws Exception {
        daemons.write(daemons.owner("here"), "here", point(3, 1));
        Path gone = daemons.write(daemons.owner("gone"), "gone", point(3, 1));
        daemons.start();
        // The daemons have listed it; it goes behind their back.
        assertThat(daemons.bucky("list").out()).isEqualTo("gone\nhere\n");
        Files.delete(gone);

        CommandRun run = daemons.buckyWithInput("{\"gone\":\"new.gone\",\"here\":\"new.here\"}", "backfill", "-");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .contains("bucky: gone on " + daemons.at(daemons.owner("gone")) + ": ", "1 failed; 1 not found");
        assertThat(daemons.points(daemons.owner("new.here"), "new.here")).containsExactlyEntriesOf(point(3, 1));
        assertThat(daemons.buckyWithInput(
                                "{\"gone\":\"new.gone\",\"here\":\"new.here\"}", "backfill", "-", "--ignore404")
                        .code())
                .isZero();
    }

    @Test
    void changeNothingWhileADaemonIsDown() throws Exception {
        daemons.write(daemons.owner("m"), "m", point(3, 1));
        daemons.start();
        RealDaemons other = otherCluster().start();
        Path map = Files.writeString(folder.resolve("map.json"), "{\"m\":\"new\"}");
        daemons.stop(THREE);
        other.stop("127.0.2.3");

        List<CommandRun> runs = List.of(
                daemons.bucky("copy", "--src", daemons.at(ONE), "--dst", daemons.at(THREE), "--delete"),
                daemons.bucky("backfill", map.toString()),
                daemons.bucky(
                        "backfill2",
                        "--src-cluster-seed",
                        other.at("127.0.2.1"),
                        "--dst-cluster-seed",
                        daemons.at(ONE),
                        "-r",
                        "."));

        assertThat(runs).allSatisfy(run -> {
            assertThat(run.code()).isEqualTo(4);
            assertThat(run.err()).contains("does not answer GET /hashring: connection refused", "Nothing was changed.");
            assertThat(run.out()).isEmpty();
        });
        assertThat(daemons.bucky("list").out().lines().filter(name -> !name.equals("m")))
                .isEmpty();
        assertThat(other.bucky("list").out()).isEmpty();
    }

    @Test
    void startAgainWhereTheyWereStopped() throws Exception {
        for (int i = 0; i < 20; i++) {
            daemons.write(ONE, "m" + i, point(3, i));
        }
        daemons.start();
        String jobs = folder.resolve("jobs").toString();
        Files.createDirectory(daemons.store(TWO).resolve("m3.wsp"));

        CommandRun first =
                daemons.bucky("copy", "--src", daemons.at(ONE), "--dst", daemons.at(TWO), "--job-state-file", jobs);
        Files.delete(daemons.store(TWO).resolve("m3.wsp"));
        CommandRun second =
                daemons.bucky("copy", "--src", daemons.at(ONE), "--dst", daemons.at(TWO), "--job-state-file", jobs);

        assertThat(first.code()).isEqualTo(3);
        assertThat(first.err()).contains("m3", "1 failed");
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.err()).startsWith("19 moves left out, done by an earlier run\n1 metric on ");
        assertThat(daemons.files(TWO)).hasSize(20);
    }

    @Test
    void copyEmptiesADaemonOfAnotherRing() throws Exception {
        RealDaemons other = otherCluster();
        for (int i = 0; i < 10; i++) {
            other.write("127.0.2.1", "m" + i, point(3, i));
        }
        other.start("127.0.2.1", UnaryOperator.identity());
        daemons.start();

        CommandRun run =
                daemons.bucky("copy", "--src", other.at("127.0.2.1"), "--dst", daemons.at(TWO), "--delete", "-w", "8");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(other.files("127.0.2.1")).isEmpty();
        assertThat(daemons.files(TWO)).hasSize(10);
    }
}
