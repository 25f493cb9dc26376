package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.testing.WhisperSamples.NOW;
import static org.buckytools.cli.testing.WhisperSamples.ago;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.SchemaChange;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperFile.Access;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModifyCommandTest extends CommandTestBase {
    /** No daemon is needed for files. */
    private final FakeCluster cluster = FakeCluster.ofThree();

    private CommandRun modify(Object... arguments) {
        List<String> words = new ArrayList<>(List.of("modify", "--as-of", Long.toString(NOW)));
        Arrays.stream(arguments).map(Object::toString).forEach(words::add);
        return run(cluster, words.toArray(String[]::new));
    }

    private static String shape(Path file) throws IOException {
        try (WhisperFile whisper = WhisperFile.open(file, Access.READ)) {
            return whisper.header().shape();
        }
    }

    @Nested
    class OfFiles {
        @TempDir
        private Path folder;

        private Path sample(String name) throws IOException {
            return WhisperSamples.file(folder.resolve(name), ago(90, 7), ago(2, 1), ago(1, 2), ago(0, 3));
        }

        @Test
        void changesARetentionAndSaysWhatBecameOfThePoints() throws IOException {
            Path file = sample("a.wsp");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
            Object inode = Files.getAttribute(file, "unix:ino");

            CommandRun run = modify("-index", "0", "-retention=1m:2h", "-f", file, "-now=false");

            assertThat(run).isEqualTo(new CommandRun(0, "", """
                    Changed 1 file (4.2 kB => 4.9 kB); 0 are so already; 0 failed.
                    Points: 6 kept, 1 placed in a finer archive.
                    """));
            assertThat(shape(file)).isEqualTo("1m:2h,5m:1d average 0.0");
            assertThat(WhisperSamples.points(file, 0))
                    .containsEntry(NOW - 5400, 7.0)
                    .containsEntry(NOW - 120, 1.0)
                    .containsEntry(NOW, 3.0);
            assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-rw----");
            assertThat(WhisperSamples.filesIn(folder)).containsExactly("a.wsp");
        }

        @Test
        void addsAndDropsArchivesAndChangesWhatElseThereIs() throws IOException {
            Path file = sample("small.wsp.new");

            CommandRun run = modify(
                    "-f", file, "--add-archive", "1h:1y", "--drop-archive=5m:1d", "--xff", "0.25", "-agg", "max", "-v");

            assertThat(run.code()).isZero();
            assertThat(run.out())
                    .isEqualTo(file + ": 1m:1h,5m:1d average 0.0 => 1m:1h,1h:1y max 0.25; 3 kept, 1 aggregated,"
                            + " 3 condensed into others\n");
        }

        @Test
        void canBeRepeated() throws IOException {
            Path file = sample("a.wsp");
            modify("-f", file, "--drop-archive", "5m:1d", "--add-archive", "10m:2d");
            byte[] once = Files.readAllBytes(file);

            CommandRun again = modify("-f", file, "--drop-archive", "5m:1d", "--add-archive", "10m:2d", "-v");

            assertThat(again.out()).isEqualTo(file + ": 1m:1h,10m:2d average 0.0 already\n");
            assertThat(again.code()).isZero();
            assertThat(file).hasBinaryContent(once);
        }

        @Test
        void warnsOfPointsThatAreLost() throws IOException {
            Path file = sample("a.wsp");
            byte[] before = Files.readAllBytes(file);

            CommandRun dry = modify("-f", file, "--drop-archive", "5m:1d", "--no-op");

            assertThat(dry.code()).isZero();
            assertThat(dry.out())
                    .isEqualTo(file + ": 1m:1h,5m:1d average 0.0 => 1m:1h average 0.0; 3 kept,"
                            + " 2 condensed into others, 1 lost\n");
            assertThat(dry.err())
                    .contains("Would change 1 file")
                    .contains("bucky: warning: 1 point would be lost, in 1 file: older than all");
            assertThat(file).hasBinaryContent(before);
            assertThat(modify("-f", file, "--drop-archive", "5m:1d").err())
                    .contains("bucky: warning: 1 point is lost, in 1 file");
        }

        @Test
        void changesATreeAndLeavesOutWhatCannotBeChanged() throws IOException {
            for (int i = 0; i < 30; i++) {
                sample("tree/d" + i % 3 + "/hä ;=%" + i + ".wsp");
            }
            WhisperSamples.corrupt(folder.resolve("tree/d1/corrupt.wsp"));
            WhisperSamples.compressed(folder.resolve("tree/d1/compressed.wsp"));
            Files.writeString(folder.resolve("tree/d1/other.txt"), "other");
            Path tree = folder.resolve("tree");

            CommandRun run = modify("-f", tree, "--index", "1", "--retention", "5m:2d", "-w", "4");

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .contains("bucky: " + tree + "/d1/corrupt.wsp: ")
                    .contains("bucky: " + tree
                            + "/d1/compressed.wsp: is a compressed Whisper file (go-carbon's format), not a standard one;"
                            + " it is left alone\n")
                    .contains("Changed 30 files")
                    .contains("2 failed.");
            for (int i = 0; i < 30; i++) {
                Path file = tree.resolve("d" + i % 3 + "/hä ;=%" + i + ".wsp");
                assertThat(shape(file)).isEqualTo("1m:1h,5m:2d average 0.0");
                assertThat(WhisperSamples.points(file, 1)).containsEntry(NOW - 5400, 7.0);
            }
            assertThat(WhisperSamples.filesIn(tree)).hasSize(33).noneMatch(name -> name.contains(".bucky"));
        }

        @Test
        void printsJson() throws IOException {
            Path file = sample("a.wsp");

            CommandRun run = modify("-f", file, "--index=0", "--retention=1m:2h", "-j", "--no-op");

            assertThat(run.out()).isEqualTo("""
                    {"dryRun":true,"changed":1,"unchanged":0,"failed":0,\
                    "points":{"kept":6,"aggregated":0,"placed":1,"converted":0,"condensed":0,"lost":0},"lossy":0,\
                    "sizeBefore":4216,"sizeAfter":4936,"stopped":false,"items":[{"name":"%s","changed":true,\
                    "before":"1m:1h,5m:1d average 0.0","after":"1m:2h,5m:1d average 0.0","sizeBefore":4216,"sizeAfter":4936,\
                    "points":{"kept":6,"aggregated":0,"placed":1,"converted":0,"condensed":0,"lost":0}}],"failures":[]}
                    """.formatted(file));
        }

        @Test
        void appliesWhatAKilledRunHasLeftWhole() throws IOException {
            Path file = sample("a.wsp");
            byte[] before = Files.readAllBytes(file);
            modify("-f", file, "--index", "0", "--retention", "1m:2h");
            byte[] whole = Files.readAllBytes(file);
            // Half old, half new, as the kill left it, and the stage as a daemon calls it.
            byte[] half = before.clone();
            System.arraycopy(whole, 0, half, 0, 1000);
            Files.write(file, half);
            Path hidden = folder.resolve(".bucky-replace-00000000000000ab/a");
            Files.createDirectories(hidden.getParent());
            Files.write(hidden, whole);

            assertThat(modify("-f", file, "--index", "0", "--retention", "1m:2h", "--no-op")
                            .code())
                    .isEqualTo(1);
            CommandRun run = modify("-f", folder, "--index", "0", "--retention", "1m:2h");

            assertThat(run.code()).isZero();
            assertThat(run.err()).contains("1 is so already");
            assertThat(file).hasBinaryContent(whole);
            assertThat(WhisperSamples.filesIn(folder)).containsExactly("a.wsp");
            assertThat(hidden.getParent()).doesNotExist();
        }

        @Test
        void keepsWhatWasWrittenIntoTheHalfReplacedFile() throws IOException {
            Path file = sample("a.wsp");
            modify("-f", file, "--index", "0", "--retention", "1m:2h");
            Path hidden = folder.resolve(".bucky-replace-00000000000000ab/a");
            Files.createDirectories(hidden.getParent());
            Files.write(hidden, Files.readAllBytes(file));
            Files.setLastModifiedTime(hidden.getParent(), FileTime.fromMillis((NOW - 30) * 1000));
            try (WhisperFile whisper = WhisperFile.open(file, Access.WRITE)) {
                whisper.update(new Point(NOW + 60, 33), NOW + 60);
            }

            assertThat(modify("-f", file, "--index", "0", "--retention", "1m:2h", "--as-of", NOW + 60)
                            .code())
                    .isZero();

            assertThat(WhisperSamples.points(file, 0))
                    .containsEntry(NOW - 60, 2.0)
                    .containsEntry(NOW + 60, 33.0);
            assertThat(WhisperSamples.filesIn(folder)).containsExactly("a.wsp");
        }

        @Test
        void keepsHolesHoles() throws IOException {
            Path file = WhisperSamples.file(folder.resolve("a.wsp"), "1m:30d,1h:2y", ago(0, 1));
            Path dense = folder.resolve("b.wsp");
            Files.write(dense, Files.readAllBytes(file));

            modify("-f", folder, "--index", "1", "--retention", "1h:10y");

            assertThat(allocated(file)).isLessThan(100_000);
            assertThat(allocated(dense)).isGreaterThanOrEqualTo(Files.size(dense));
            assertThat(WhisperSamples.points(file, 1)).isEqualTo(WhisperSamples.points(dense, 1));
        }

        private static long allocated(Path file) throws IOException {
            return org.buckytools.whisper.posix.FileStatus.of(file).allocatedBytes();
        }

        @Test
        void refusesWhatIsNoSchemaBeforeItTouchesAnything() throws IOException {
            Path file = sample("a.wsp");
            byte[] before = Files.readAllBytes(file);

            CommandRun run = modify("-f", file, "--index", "1", "--retention", "90s:1d");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .startsWith("bucky: " + file + ": cannot be changed so: 1m:1h and 90s:1d: the finer step does not");
            assertThat(file).hasBinaryContent(before);
        }

        @Test
        void doesNotKnowFilesThatAreNotThere() {
            CommandRun run = modify("-f", folder.resolve("none.wsp"), "--xff", "0");

            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("none.wsp").contains("Nothing was changed.");
        }

        @Test
        void leavesTheTokenAloneThatIsForDaemons() throws IOException {
            Path file = sample("a.wsp");
            Path token = folder.resolve("no.token");

            CommandRun run = modify("-f", file, "--xff", "0.25", "--api-token-file", token);

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(shape(file)).isEqualTo("1m:1h,5m:1d average 0.25");
            assertThat(modify("a.b", "--xff", "0.25", "--api-token-file", token).err())
                    .startsWith("bucky: cannot read the token in " + token);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "--index 0",
                    "--retention 1m:1d",
                    "--index 0 --retention nonsense",
                    "--agg median",
                    "--xff 2",
                    "--xff x",
                    "--add-archive 1m",
                    "--add-archive 1h:1y --drop-archive 1h:1y",
                    "--xff 0 --as-of -1",
                    "--xff 0 --now",
                    "--xff 0 --metric a.b",
                    "--xff 0 a.b"
                })
        void refusesWhatMakesNoSense(String flags) throws IOException {
            List<Object> words = new ArrayList<>(List.of("-f", sample("a.wsp")));
            words.addAll(List.of(flags.isEmpty() ? new String[0] : flags.split(" ", -1)));

            CommandRun run = modify(words.toArray());

            assertThat(run.code()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).startsWith("bucky: ");
        }

        @Test
        void losesNoPointOfAWriterThatLocks() throws Exception {
            Path file = sample("a.wsp");
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 40; i++) {
                    try (WhisperFile whisper =
                            WhisperFile.openLocked(file, Access.WRITE, java.time.Duration.ofSeconds(10))) {
                        whisper.update(new Point(NOW - 60L * i, 100.0 + i), NOW);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            });
            for (int i = 0; writer.isAlive() || i < 4; i++) {
                assertThat(modify("-f", file, "--index", "0", "--retention", i % 2 == 0 ? "1m:2h" : "1m:1h")
                                .code())
                        .isZero();
            }
            writer.join();

            IntStream.range(0, 40).forEach(i -> {
                try {
                    assertThat(WhisperSamples.points(file, 0)).containsEntry(NOW - 60L * i, 100.0 + i);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
    }

    @Nested
    class OfMetrics {
        @Test
        void asksEachDaemonForTheMetricsItHas() {
            cluster.agent("a").write("m.one", "1", "2");
            cluster.agent("b").write("m.one", "1").write("m.two", "3");
            cluster.agent("c").write("other", "4");

            CommandRun run = modify("-r", "^m\\.", "--index", "1", "--retention", "5m:1y", "-v");

            assertThat(run.code()).isZero();
            assertThat(run.out().lines())
                    .containsExactlyInAnyOrder(
                            "a:4242: m.one: 1m:1d average 0.5 => 1m:2d average 0.5; 2 kept",
                            "b:4242: m.one: 1m:1d average 0.5 => 1m:2d average 0.5; 1 kept",
                            "b:4242: m.two: 1m:1d average 0.5 => 1m:2d average 0.5; 1 kept");
            assertThat(run.err()).contains("Changed 3 files (300 B => 600 B)").contains("Points: 4 kept.");
            ModifyRequest asked = cluster.agent("a").modifies().getFirst();
            assertThat(asked.change())
                    .isEqualTo(new SchemaChange(
                            java.util.Optional.of(new SchemaChange.Resize(1, "5m:1y")),
                            List.of(),
                            List.of(),
                            java.util.Optional.empty(),
                            java.util.Optional.empty(),
                            false));
            assertThat(asked.dryRun()).isFalse();
            assertThat(asked.now()).isEqualTo(OptionalLong.of(NOW));
            assertThat(asked.metrics()).containsExactly(new MetricName("m.one"));
            assertThat(cluster.agent("c").modifies()).isEmpty();
        }

        @Test
        void asksForADryRun() {
            cluster.agent("a").write("m", "1").leavingBehind("m", 5);

            CommandRun run = modify("--metric", "m", "--xff", "0.5", "--no-op");

            assertThat(run.code()).isZero();
            assertThat(run.out()).isEqualTo("a:4242: m: 1m:1d average 0.5 => 1m:2d average 0.5; 1 kept, 5 lost\n");
            assertThat(run.err()).contains("5 points would be lost, in 1 file");
            assertThat(cluster.agent("a").modifies().getFirst().dryRun()).isTrue();
        }

        @Test
        void goesOnWhenAMetricFailsOrIsNowhere() {
            cluster.agent("a")
                    .write("m.bad", "1")
                    .write("m.good", "1")
                    .failing("m.bad", ItemFailure.Reason.DESTINATION_CORRUPT, "it is damaged");

            CommandRun run = modify("m.bad", "m.good", "m.none", "--agg", "sum");

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err())
                    .contains("bucky: a:4242: m.bad: it is damaged\n")
                    .contains("bucky: m.none: no daemon has such a metric\n")
                    .contains("Changed 1 file")
                    .contains("2 failed.");
        }

        @Test
        void sendsManyMetricsInSeveralRequests() {
            for (int i = 0; i < 700; i++) {
                cluster.agent("b").write("m" + i, "1");
            }

            assertThat(modify("--regex", "m", "--agg", "sum").code()).isZero();

            assertThat(cluster.agent("b").modifies()).hasSizeBetween(11, 60);
            assertThat(cluster.agent("b").modifies().stream()
                            .flatMap(request -> request.metrics().stream())
                            .distinct())
                    .hasSize(700);
        }

        @Test
        void namesWhatIsInDoubtWhenAConnectionBreaks() {
            for (int i = 108; i < 112; i++) {
                cluster.agent("b").write("m" + i, "1");
            }
            cluster.agent("b").before((call, metric) -> {
                if (call.equals("modifyItem") && metric.equals("m110")) {
                    throw cluster.agent("b").unreachable();
                }
            });
            cluster.agent("a").write("m1", "1");

            CommandRun run = modify("--regex", "m", "--agg", "sum");

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err())
                    .contains("bucky: b:4242: m110: b:4242 does not answer: connection refused; whether it was changed"
                            + " is not known, so run the same command again")
                    .contains("Changed 3 files")
                    .contains("2 failed.");
            assertThat(cluster.agent("b").modifies()).hasSize(1);
        }

        @Test
        void goesOnWithTheOthersWhenADaemonGivesUp() {
            for (int i = 0; i < 1000; i++) {
                cluster.agent("b").write("m" + i, "1");
            }
            cluster.agent("c").write("m.other", "1");
            cluster.agent("b").before((call, metric) -> {
                if (call.equals("modify")) {
                    throw cluster.agent("b").unreachable();
                }
            });

            CommandRun run = modify("--regex", "m", "--agg", "sum");

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err())
                    .containsPattern("bucky: b:4242: m[0-9]+: b:4242 does not answer: connection refused")
                    .contains("Changed 1 file ")
                    .contains("1,000 failed.")
                    .contains("bucky: and 900 more failures");
        }

        @Test
        void changesNothingWhileADaemonIsDown() {
            cluster.agent("a").write("m", "1");
            cluster.agent("c").down(true);

            CommandRun run = modify("m", "--agg", "sum");

            assertThat(run.code()).isEqualTo(4);
            assertThat(run.err()).contains("Nothing was changed.");
            assertThat(cluster.agent("a").modifies()).isEmpty();
        }

        @Test
        void changesNothingWhereADaemonIsOneOfGo() {
            cluster.agent("a").write("m", "1");
            cluster.add("b", cluster.goDescription("b"));

            CommandRun run = modify("m", "--agg", "sum");

            assertThat(run).isEqualTo(new CommandRun(4, "", """
                    bucky: b:4242 is a Go daemon, which cannot change the schema of a file
                      Nothing was changed.
                      Run this project's buckyd there, or bucky modify -f on that host.
                    """));
            assertThat(cluster.agent("a").modifies()).isEmpty();
        }

        @Test
        void reportsANameThatIsNowhereBesideAnExpressionThatItFits() {
            CommandRun run = modify("--regex", "nowhere", "nowhere.x", "other.y", "--agg", "sum");

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err())
                    .contains("bucky: nowhere.x: no daemon has such a metric\n")
                    .doesNotContain("other.y");
        }

        @Test
        void wantsToBeToldWhichMetrics() {
            assertThat(modify("--agg", "sum")).isEqualTo(new CommandRun(2, "", """
                    bucky: no metrics are given
                      Give names, - for a JSON array on standard input, or --regex REGEX.
                    """));
        }
    }
}
