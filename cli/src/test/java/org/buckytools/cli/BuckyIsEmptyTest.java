package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.SmallProgramTest.IS_EMPTY;
import static org.buckytools.cli.testing.WhisperSamples.NOW;
import static org.buckytools.cli.testing.WhisperSamples.ago;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.whisper.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are those that the Go tool prints for such files. */
class BuckyIsEmptyTest {
    @TempDir
    private Path store;

    private CommandRun run(String... arguments) {
        return SmallProgramTest.run(IS_EMPTY, arguments);
    }

    private CommandRun walk(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "-p";
        all[1] = store.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return run(all);
    }

    private CommandRun printed(String... lines) {
        StringBuilder out = new StringBuilder();
        for (String line : lines) {
            out.append(store).append('/').append(line).append('\n');
        }
        return new CommandRun(0, out.toString(), "");
    }

    @Test
    void printsThePathsOfEmptyFiles() throws IOException {
        WhisperSamples.file(store.resolve("b.wsp"));
        WhisperSamples.file(store.resolve("a/empty.wsp"));
        WhisperSamples.file(store.resolve("a/full.wsp"), ago(5, 1));
        WhisperSamples.file(store.resolve("a/coarse.wsp"), ago(600, 0));
        WhisperSamples.file(store.resolve("a.b/empty.wsp"));
        WhisperSamples.file(store.resolve("a/.hidden/x.wsp"));
        Files.writeString(store.resolve("a/notes.txt"), "");
        Files.createSymbolicLink(store.resolve("a/link.wsp"), Path.of("empty.wsp"));
        Files.createSymbolicLink(store.resolve("again"), Path.of("a"));

        assertThat(walk()).isEqualTo(printed("a/.hidden/x.wsp", "a/empty.wsp", "a.b/empty.wsp", "b.wsp"));
    }

    @Test
    void printsNamesOfMetrics() throws IOException {
        Path file = WhisperSamples.file(store.resolve("a.wsp/x y/é.wsp"));

        assertThat(walk("-m").out()).isEqualTo("a.wsp.x y.é\n");
        assertThat(run("--metricname", "--prefix=" + store + "/a.wsp/", file.toString())
                        .out())
                .isEqualTo("x y.é\n");
        assertThat(run("-m", "-p", "/elsewhere", file.toString()).out())
                .isEqualTo(file.toString()
                                .substring(1)
                                .replace(".wsp/x", "§")
                                .replace(".wsp", "")
                                .replace("§", ".wsp/x")
                                .replace('/', '.')
                        + "\n");
    }

    @Test
    void printsTheNewestPointOfEachFile() throws IOException {
        WhisperSamples.file(store.resolve("both.wsp"), ago(600, 8), ago(1, 0.125));
        WhisperSamples.file(store.resolve("coarse.wsp"), ago(600, -2.5));
        WhisperSamples.file(store.resolve("none.wsp"));

        // The Go tool shows the newest point of the coarsest archive that has any.
        assertThat(walk("-l"))
                .isEqualTo(printed(
                        "both.wsp: Most recent DP: 1700002740 or 2023-11-14T22:59:00Z\t0.12",
                        "coarse.wsp: Most recent DP: 1699966800 or 2023-11-14T13:00:00Z\t-2.50",
                        "none.wsp: No valid data points"));
        assertThat(walk("--last")).isEqualTo(walk("-last"));
    }

    @Test
    void countsPoints() throws IOException {
        Path one = WhisperSamples.file(store.resolve("one.wsp"), ago(600, 8), ago(1, 1));
        WhisperSamples.file(store.resolve("two.wsp"));

        assertThat(walk("-d"))
                .isEqualTo(printed(
                        "one.wsp: 2 data points used out of 336 in ", "two.wsp: 0 data points used out of 336 in "));
        assertThat(run("-l", "-debug", one.toString()))
                .isEqualTo(printed(
                        "one.wsp: Most recent DP: 1700002740 or 2023-11-14T22:59:00Z\t1.00",
                        "one.wsp: 2 data points used out of 336 in " + one));
    }

    @Test
    void expiredPointsAndNotANumberAreNone() throws IOException {
        WhisperSamples.put(WhisperSamples.file(store.resolve("expired.wsp")), 0, ago(3000, 1));
        WhisperSamples.put(WhisperSamples.file(store.resolve("nan.wsp")), 0, ago(3, Double.NaN));
        Path wrong = WhisperSamples.file(store.resolve("wrong-slot.wsp"), ago(3, Double.NaN));
        WhisperSamples.put(wrong, 0, new Point(NOW - 61, 1));

        assertThat(walk()).isEqualTo(printed("expired.wsp", "nan.wsp", "wrong-slot.wsp"));
    }

    @Test
    void aPointOfTheFutureIsOne() throws IOException {
        WhisperSamples.put(WhisperSamples.file(store.resolve("future.wsp")), 0, new Point(NOW + 60, 3));

        assertThat(walk()).isEqualTo(printed());
        assertThat(walk("-l").out()).endsWith("Most recent DP: 1700002860 or 2023-11-14T23:01:00Z\t3.00\n");
    }

    @Test
    void aPointThatOnlyTheCoarseArchiveHasIsOne() throws IOException {
        WhisperSamples.put(WhisperSamples.file(store.resolve("a.wsp")), 1, ago(30, 3));

        assertThat(walk()).isEqualTo(printed());
    }

    @Test
    void goesOnAfterFilesThatCannotBeRead() throws IOException {
        Path corrupt = WhisperSamples.corrupt(store.resolve("a.wsp"));
        Path compressed = WhisperSamples.compressed(store.resolve("b.wsp"));
        Path empty = WhisperSamples.file(store.resolve("c.wsp"));
        Path missing = store.resolve("d.wsp");
        Path directory = Files.createDirectory(store.resolve("e.wsp"));

        String complaints = "bucky-isempty: " + corrupt
                + " is corrupt: it ends inside the header (at byte 0: found 4 bytes, required at least 16)\n"
                + "bucky-isempty: " + compressed + " is a compressed Whisper file (go-carbon's format), not a standard"
                + " one; it is left alone\n";
        assertThat(walk()).isEqualTo(new CommandRun(3, empty + "\n", complaints));
        assertThat(run(corrupt.toString(), compressed.toString(), empty.toString()))
                .isEqualTo(new CommandRun(3, empty + "\n", complaints));
        assertThat(run(missing.toString(), directory.toString(), empty.toString()))
                .isEqualTo(new CommandRun(
                        3,
                        empty + "\n",
                        "bucky-isempty: " + missing + ": no such file or directory (ENOENT) in statx\n"
                                + "bucky-isempty: " + directory + ": it is no regular file\n"));
        assertThat(run(corrupt.toString()).code()).isEqualTo(1);
        assertThat(run(compressed.toString()).code()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoStoreAndNoWhisperFile() throws IOException {
        Path text = Files.writeString(store.resolve("notes.txt"), "");
        Path empty = WhisperSamples.file(store.resolve("c.wsp"));

        assertThat(run("-p", store + "/none"))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "bucky-isempty: " + store + "/none: no such file or directory (ENOENT) in statx\n"
                                + "  Give the root of the Whisper files with --prefix, or files.\n"));
        assertThat(run("-p", text.toString()).code()).isEqualTo(2);
        assertThat(run(empty.toString(), text.toString()))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "bucky-isempty: " + text + " is not named as a Whisper file\n"
                                + "  Give files whose names end in .wsp.\n"));
    }

    @Test
    void takesTheStoreThroughALinkAndTheFlagsOfGo() throws IOException {
        WhisperSamples.file(store.resolve("real/c.wsp"));
        Path link = Files.createSymbolicLink(store.resolve("link"), Path.of("real"));

        assertThat(run("-prefix", link.toString(), "-timeout", "60", "-cache_path=/none"))
                .isEqualTo(printed("link/c.wsp"));
    }
}
