package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.SmallProgramTest.FILL;
import static org.buckytools.cli.testing.WhisperSamples.NOW;
import static org.buckytools.cli.testing.WhisperSamples.ago;
import static org.buckytools.cli.testing.WhisperSamples.filesIn;
import static org.buckytools.cli.testing.WhisperSamples.points;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuckyFillTest {
    private static final CommandRun SILENT = new CommandRun(0, "", "");

    @TempDir
    private Path folder;

    private Path source;
    private Path destination;

    @BeforeEach
    void nameDirectories() {
        source = folder.resolve("source");
        destination = folder.resolve("destination");
    }

    private static CommandRun run(Object... arguments) {
        String[] texts = new String[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            texts[i] = arguments[i].toString();
        }
        return SmallProgramTest.run(FILL, texts);
    }

    private static Map<Long, Double> map(Point... points) {
        Map<Long, Double> map = new TreeMap<>();
        for (Point point : points) {
            map.put(point.time(), point.value());
        }
        return map;
    }

    @Test
    void fillsWhatIsMissingAndLeavesTheRest() throws IOException {
        Path from = WhisperSamples.file(source.resolve("a.wsp"), ago(1, 1), ago(2, 2), ago(3, 3));
        Path to = WhisperSamples.file(destination.resolve("b.wsp"), ago(2, 9));
        byte[] before = Files.readAllBytes(from);

        assertThat(run(from, to)).isEqualTo(SILENT);

        assertThat(points(to, 0)).isEqualTo(map(ago(1, 1), ago(2, 9), ago(3, 3)));
        assertThat(from).hasBinaryContent(before);
        byte[] filled = Files.readAllBytes(to);
        assertThat(run(from, to)).isEqualTo(SILENT);
        assertThat(to).hasBinaryContent(filled);
    }

    @Test
    void makesAnExactCopyWhereThereIsNoFile() throws IOException {
        Path from = WhisperSamples.file(source.resolve("a.wsp"), ago(1, 1));
        WhisperSamples.put(from, 0, new Point(NOW + 600, 5));
        try (Descriptor descriptor = Descriptor.open(from)) {
            descriptor.changeMode(0604);
        }
        Files.createDirectory(destination);

        assertThat(run(from, destination.resolve("b.wsp"))).isEqualTo(SILENT);
        // Into a directory, under the same name.
        assertThat(run("-l", from, destination).out())
                .isEqualTo("[ OK ] [" + from + "] -> [" + destination.resolve("a.wsp") + "]\n");

        assertThat(filesIn(destination)).containsExactly("a.wsp", "b.wsp");
        FileStatus original = FileStatus.of(from);
        FileStatus copy = FileStatus.of(destination.resolve("b.wsp"));
        assertThat(destination.resolve("b.wsp")).hasSameBinaryContentAs(from);
        assertThat(destination.resolve("a.wsp")).hasSameBinaryContentAs(from);
        assertThat(copy.permissions()).isEqualTo(0604);
        assertThat(copy.modifiedSeconds()).isEqualTo(original.modifiedSeconds());
        assertThat(copy.modifiedNanos()).isEqualTo(original.modifiedNanos());
        assertThat(copy.allocatedBytes()).isLessThanOrEqualTo(original.allocatedBytes());
    }

    @Test
    void tellsOfATreesFilesInTheirOrderWhicheverIsDoneFirst() throws IOException {
        Path sample = WhisperSamples.file(folder.resolve("sample.wsp"), ago(1, 1));
        List<String> expected = new ArrayList<>();
        for (int directory = 0; directory < 5; directory++) {
            for (int i = 100; i < 170; i++) {
                String name = "d" + directory + "/f" + i + ".wsp";
                Path file = source.resolve(name);
                Files.createDirectories(file.getParent());
                Files.copy(sample, file);
                if (i % 50 == 7) {
                    WhisperSamples.corrupt(file);
                }
                String what = i % 50 == 7 ? "[FAIL]" : "[ OK ]";
                expected.add(what + " " + destination.resolve(name));
            }
        }
        Files.createDirectory(destination);

        CommandRun run = run("-r", "-l", source, destination);

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()
                        .lines()
                        .map(line -> line.substring(0, 6) + " "
                                + line.substring(line.lastIndexOf('[') + 1, line.length() - 1)))
                .isEqualTo(expected);
        assertThat(run.err().lines()).hasSize(11).last().asString().contains("340 files copied", "10 failed");
        assertThat(destination.resolve("d4/f169.wsp")).hasSameBinaryContentAs(sample);
    }

    @Test
    void fillsATreeAndMakesWhatIsNotThere() throws IOException {
        WhisperSamples.file(source.resolve("a/both.wsp"), ago(1, 1));
        WhisperSamples.file(source.resolve("a/b/new.wsp"), ago(2, 2));
        WhisperSamples.file(source.resolve("top é.wsp"), ago(3, 3));
        Files.writeString(source.resolve("a/notes.txt"), "");
        WhisperSamples.file(destination.resolve("a/both.wsp"), ago(4, 4));
        WhisperSamples.file(destination.resolve("a/other.wsp"), ago(4, 4));

        CommandRun run = run("-r", "-l", source, destination);

        assertThat(run)
                .isEqualTo(new CommandRun(
                        0,
                        """
                [ OK ] [SRC/a/b/new.wsp] -> [DST/a/b/new.wsp]
                [ OK ] [SRC/a/both.wsp] -> [DST/a/both.wsp]
                [ OK ] [SRC/top é.wsp] -> [DST/top é.wsp]
                """.replace("SRC", source.toString()).replace("DST", destination.toString()),
                        "bucky-fill: 2 files copied, 1 filled with 2 points, 0 failed\n"));
        assertThat(filesIn(destination)).containsExactly("a/b/new.wsp", "a/both.wsp", "a/other.wsp", "top é.wsp");
        assertThat(points(destination.resolve("a/both.wsp"), 0)).isEqualTo(map(ago(1, 1), ago(4, 4)));
        assertThat(filesIn(source)).hasSize(4);
        assertThat(run("-r", source + "/", folder.resolve("new"))).isEqualTo(SILENT);
        assertThat(filesIn(folder.resolve("new"))).containsExactly("a/b/new.wsp", "a/both.wsp", "top é.wsp");
    }

    @Test
    void goesOnAfterFilesThatCannotBeFilled() throws IOException {
        WhisperSamples.file(source.resolve("a.wsp"), ago(1, 1));
        Path corrupt = WhisperSamples.corrupt(source.resolve("b.wsp"));
        WhisperSamples.compressed(source.resolve("c-new.wsp"));
        Path compressed = WhisperSamples.compressed(source.resolve("c.wsp"));
        WhisperSamples.file(destination.resolve("c.wsp"));
        WhisperSamples.file(source.resolve("d.wsp"), ago(1, 1));
        Path corruptThere = WhisperSamples.corrupt(destination.resolve("d.wsp"));
        WhisperSamples.file(source.resolve("e/x.wsp"), ago(1, 1));
        Files.writeString(destination.resolve("e"), "in the way");
        WhisperSamples.file(source.resolve("f.wsp"), ago(1, 1));
        Files.createDirectory(destination.resolve("f.wsp"));
        WhisperSamples.file(source.resolve("z.wsp"), ago(1, 1));

        CommandRun run = run("-r", "-d", "-l", source, destination);

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).isEqualTo("""
                bucky-fill: SRC/b.wsp is corrupt: it ends inside the header (at byte 0: found 4 bytes, required at least 16)
                bucky-fill: SRC/c.wsp is a compressed Whisper file (go-carbon's format), not a standard one; it is left alone
                bucky-fill: SRC/d.wsp: DST/d.wsp is corrupt: it ends inside the header (at byte 0: found 4 bytes, required at\
                 least 16)
                bucky-fill: SRC/e/x.wsp: DST/e: not a directory (ENOTDIR) in open
                bucky-fill: SRC/f.wsp: DST/f.wsp is a directory
                bucky-fill: 3 files copied, 0 filled with 0 points, 3 sources deleted, 0 kept, 5 failed
                """.replace("SRC", source.toString()).replace("DST", destination.toString()));
        assertThat(run.out().lines().filter(line -> line.startsWith("[FAIL]"))).hasSize(5);
        assertThat(filesIn(source)).containsExactly("b.wsp", "c.wsp", "d.wsp", "e/x.wsp", "f.wsp");
        assertThat(filesIn(destination)).containsExactly("a.wsp", "c-new.wsp", "c.wsp", "d.wsp", "e", "z.wsp");
        assertThat(corruptThere).hasContent("junk");
        assertThat(run(corrupt, destination.resolve("b.wsp")).code()).isEqualTo(1);
        assertThat(run(compressed, destination.resolve("c.wsp")).code()).isEqualTo(1);
        assertThat(run(source.resolve("f.wsp"), destination.resolve("c-new.wsp")))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "bucky-fill: " + source.resolve("f.wsp") + ": " + destination.resolve("c-new.wsp")
                                + " is a compressed Whisper file (go-carbon's format), not a standard one; it is left"
                                + " alone\nbucky-fill: 0 files copied, 0 filled with 0 points, 1 failed\n"));
    }

    @Test
    void deletesSourcesThatHoldNothingElse() throws IOException {
        WhisperSamples.file(source.resolve("a/filled.wsp"), ago(1, 1));
        WhisperSamples.file(destination.resolve("a/filled.wsp"), ago(2, 2));
        WhisperSamples.file(source.resolve("a/copied.wsp"), ago(1, 1));

        assertThat(run("-r", "-d", source, destination)).isEqualTo(SILENT);

        assertThat(filesIn(source)).isEmpty();
        assertThat(source.resolve("a")).isEmptyDirectory();
        assertThat(points(destination.resolve("a/filled.wsp"), 0)).isEqualTo(map(ago(1, 1), ago(2, 2)));
        assertThat(points(destination.resolve("a/copied.wsp"), 0)).isEqualTo(map(ago(1, 1)));
    }

    @Test
    void keepsSourcesThatHoldMore() throws IOException {
        Path future = WhisperSamples.file(source.resolve("future.wsp"), ago(1, 1));
        WhisperSamples.put(future, 0, new Point(NOW + 60, 5));
        WhisperSamples.file(destination.resolve("future.wsp"), ago(2, 2));
        Path longer = WhisperSamples.file(source.resolve("longer.wsp"), "1m:1h,5m:7d", ago(4000, 4));
        WhisperSamples.file(destination.resolve("longer.wsp"), ago(2, 2));
        WhisperSamples.file(source.resolve("plain.wsp"), ago(1, 1));

        CommandRun run = run("-r", "-d", source, destination);

        assertThat(run).isEqualTo(new CommandRun(3, "", """
                bucky-fill: SRC/future.wsp holds 1 point of the future
                bucky-fill: SRC/future.wsp: not deleted: it holds more than the destination
                bucky-fill: SRC/longer.wsp holds 1 point without a place in DST/longer.wsp
                bucky-fill: SRC/longer.wsp: not deleted: it holds more than the destination
                bucky-fill: 1 file copied, 2 filled with 2 points, 1 source deleted, 2 kept, 0 failed
                """.replace("SRC", source.toString())
                .replace("DST", destination.toString())));
        assertThat(future).exists();
        assertThat(longer).exists();
        assertThat(filesIn(source)).containsExactly("future.wsp", "longer.wsp");
    }

    @Test
    void followsNoLinksBelowTheDirectories() throws IOException {
        Path outside = WhisperSamples.file(folder.resolve("outside/x.wsp"), ago(1, 1));
        byte[] before = Files.readAllBytes(outside);
        WhisperSamples.file(source.resolve("x.wsp"), ago(2, 2));
        WhisperSamples.file(source.resolve("sub/x.wsp"), ago(2, 2));
        Files.createSymbolicLink(source.resolve("link.wsp"), outside);
        Files.createSymbolicLink(source.resolve("linked"), outside.getParent());
        Files.createDirectory(destination);
        Files.createSymbolicLink(destination.resolve("x.wsp"), outside);
        Files.createSymbolicLink(destination.resolve("sub"), outside.getParent());

        CommandRun run = run("-r", "-d", source, destination);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "SRC/x.wsp: DST/x.wsp is a symbolic link, which is not followed\n"
                                .replace("SRC", source.toString())
                                .replace("DST", destination.toString()),
                        "not followed below " + source + ": 2 symbolic links\n");
        assertThat(outside).hasBinaryContent(before);
        assertThat(filesIn(source)).containsExactly("link.wsp", "linked", "sub/x.wsp", "x.wsp");
        assertThat(filesIn(destination)).containsExactly("sub", "x.wsp");
        assertThat(filesIn(outside.getParent())).containsExactly("x.wsp");
    }

    @Test
    void refusesOneFileTwice() throws IOException {
        Path file = WhisperSamples.file(source.resolve("a.wsp"), ago(1, 1));
        Files.createDirectory(destination);
        Files.createLink(destination.resolve("a.wsp"), file);
        Path link = Files.createSymbolicLink(folder.resolve("link"), source);

        assertThat(run("-d", file, file).code()).isEqualTo(2);
        assertThat(run("-d", file, link.resolve("a.wsp")))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "bucky-fill: " + file + " and " + link.resolve("a.wsp")
                                + " are the same\n  Nothing was changed.\n"));
        assertThat(run("-d", "-r", source, link).code()).isEqualTo(2);
        assertThat(run("-d", "-r", source, source.resolve("below")).code()).isEqualTo(2);
        assertThat(run("-d", file, destination.resolve("a.wsp")).code()).isEqualTo(1);
        assertThat(run("-d", "-r", source, destination).err()).contains("are the same file");
        assertThat(points(file, 0)).isEqualTo(map(ago(1, 1)));
        assertThat(filesIn(source)).containsExactly("a.wsp");
    }

    @Test
    void refusesArgumentsThatMakeNoSense() throws IOException {
        Path file = WhisperSamples.file(source.resolve("a.wsp"), ago(1, 1));
        Path missing = folder.resolve("missing");

        assertThat(run(source, destination))
                .isEqualTo(new CommandRun(
                        2, "", "bucky-fill: " + source + " is a directory\n  Give -r for directories.\n"));
        assertThat(run(missing, file))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "bucky-fill: " + missing
                                + ": no such file or directory (ENOENT) in statx\n  Nothing was changed.\n"));
        assertThat(run(file, missing.resolve("x.wsp")))
                .isEqualTo(new CommandRun(
                        2, "", "bucky-fill: there is no directory " + missing + "\n  Nothing was changed.\n"));
        assertThat(run("-r", source, missing.resolve("x")).code()).isEqualTo(2);
        assertThat(run("-r", source, file).err())
                .isEqualTo(
                        "bucky-fill: " + source + " is a directory and " + file + " is none\n  Nothing was changed.\n");
        assertThat(run().code()).isEqualTo(2);
        assertThat(run(file).code()).isEqualTo(2);
    }
}
