package org.buckytools.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.cli.output.Console;
import org.buckytools.whisper.PeerProcess;
import org.buckytools.whisper.PeerProgram;
import org.buckytools.whisper.posix.FileStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The programs at work on files that Python Whisper has made and writes to, as carbon does. */
@Tag("peer")
@Timeout(120)
class PythonWriterIT {
    private static final long NOW = 1_700_002_800L;
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(NOW));
    private static final Patience LONG =
            new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(100));

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console =
            new Console(new ByteArrayInputStream(new byte[0]), out, new PrintStream(err, true, StandardCharsets.UTF_8));
    private PeerProcess python;
    private Path file;

    @BeforeEach
    void startPython() throws Exception {
        Path interpreter = PeerProgram.requirePython("python3-whisper", "whisper");
        python = PeerProcess.python(interpreter, PythonWriterIT.class, "writer.py", folder);
        file = folder.resolve("a.wsp");
    }

    @AfterEach
    void stopPython() {
        if (python != null) {
            python.close();
        }
    }

    private static int run(Callable<Integer> command, Object... arguments) {
        String[] texts = new String[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            texts[i] = arguments[i].toString();
        }
        return new CommandLine(command).execute(texts);
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsEmptyIsWhatPythonFindsNothingIn() throws IOException {
        Path full = folder.resolve("b.wsp");
        python.ask("create " + file + " 10s:1h,1m:1d");
        python.ask("create " + full + " 10s:1h,1m:1d");
        python.ask("update " + full + " " + (NOW - 100) + " 2.5");

        assertThat(run(new IsEmptyCommand(console, CLOCK), "-p", folder)).isZero();

        assertThat(written()).isEqualTo(file + "\n");
        assertThat(python.ask("empty " + file + " " + NOW)).isEqualTo("yes");
        assertThat(python.ask("empty " + full + " " + NOW)).isEqualTo("no");
    }

    @Test
    void aFileThatPythonMadeIsSparseAfterwardsAndPythonGoesOnWriting() throws IOException {
        python.ask("create " + file + " 1s:1d,1m:30d");
        python.ask("update " + file + " " + NOW + " 2.5");
        long before = FileStatus.of(file).allocatedBytes();

        assertThat(run(new SparsifyCommand(console), file)).isZero();

        assertThat(FileStatus.of(file).allocatedBytes()).isLessThan(before / 10);
        python.ask("update " + file + " " + (NOW + 50_000) + " 2.5");
        assertThat(python.ask("values " + file + " " + (NOW - 10) + " " + (NOW + 50_001)))
                .isEqualTo("2");
    }

    @Test
    void sparsifyWaitsForPythonsLock() throws Exception {
        python.ask("create " + file + " 1s:1d");
        long before = FileStatus.of(file).allocatedBytes();
        python.ask("lock " + file);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Sparsifier.Result> result = threads.submit(() -> new Sparsifier(LONG).run(file));
            assertThat(FileStatus.of(file).allocatedBytes()).isEqualTo(before);
            python.ask("unlock");
            assertThat(result.get()).isInstanceOf(Sparsifier.Treated.class);
        }
        assertThat(FileStatus.of(file).allocatedBytes()).isLessThan(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flock", "none"})
    void noPointIsLostThatPythonWritesWhileHolesAreMade(String lock) throws Exception {
        python.ask("create " + file + " 1s:1d");
        // Each point falls into a block that is a hole, or is about to become one.
        python.send("run " + lock + " " + file + " " + NOW + " 3000 0");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> answer = threads.submit(python::answer);
            while (!answer.isDone()) {
                assertThat(run(new SparsifyCommand(console, new Sparsifier(LONG)), file))
                        .as(written())
                        .isZero();
            }
            assertThat(answer.get()).isEqualTo("done");
        }
        assertThat(python.ask("values " + file + " " + (NOW - 3000) + " " + NOW))
                .isEqualTo("3000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flock", "none"})
    void noPointIsLostThatPythonWritesWhileFilesAreMerged(String lock) throws Exception {
        Path source = Files.createDirectory(folder.resolve("source"));
        Path destination = folder.resolve("destination");
        Path written = source.resolve("a.wsp");
        // The real time, by which a merge sees that a file was just written; older points than a day it leaves behind.
        long now = Instant.now().getEpochSecond();
        python.ask("create " + written + " 1s:1d");
        int points = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (deletedSources() < 3) {
                // Pauses that are just long enough for a delete to begin.
                python.send("run " + lock + " " + written + " " + (now - points) + " 200 0.06");
                points += 200;
                Future<String> answer = threads.submit(python::answer);
                while (!answer.isDone()) {
                    // 1: half made by Python; 3: kept, being written to all the time.
                    assertThat(merge(source, destination)).as(written()).isIn(0, 1, 3);
                }
                assertThat(answer.get()).isEqualTo("done");
            }
        }
        assertThat(merge(source, destination)).as(written()).isZero();
        assertThat(source).isEmptyDirectory();
        assertThat(python.ask("values " + destination.resolve("a.wsp") + " " + (now - points) + " " + now))
                .isEqualTo(String.valueOf(points));
    }

    private int merge(Path source, Path destination) {
        return run(new FillCommand(console, InstantSource.system(), LONG), "-r", "-d", "-l", source, destination);
    }

    private long deletedSources() {
        return written()
                .lines()
                .filter(line -> line.contains(" 1 source deleted"))
                .count();
    }
}
