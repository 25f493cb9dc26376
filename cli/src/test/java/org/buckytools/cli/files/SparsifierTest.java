package org.buckytools.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.buckytools.cli.output.Console;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.Flock;
import org.buckytools.whisper.posix.LockTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SparsifierTest {
    private static final Patience SHORT =
            new Patience(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(1));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void makeAFile() throws IOException {
        file = Files.write(folder.resolve("a.wsp"), new byte[100_000]);
    }

    @Test
    void leavesAFileAloneThatIsOpenElsewhere() throws IOException {
        long before = FileStatus.of(file).blocks();
        try (Descriptor _ = Descriptor.open(file)) {
            assertThatExceptionOfType(OpenElsewhereException.class)
                    .isThrownBy(() -> new Sparsifier(SHORT).run(file))
                    .withMessage(file + " was open in another program for 20 ms");
            assertThat(FileStatus.of(file).blocks()).isEqualTo(before);
        }
        assertThat(new Sparsifier(SHORT).run(file)).isEqualTo(new Sparsifier.Treated(before * 512, true));
    }

    @Test
    void leavesAFileAloneThatIsLocked() throws IOException {
        try (Flock _ = Flock.shared(file, Duration.ZERO)) {
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> new Sparsifier(SHORT).run(file));
        }
    }

    @Test
    void saysOnceThatAFileSystemHasNoHoles() throws IOException {
        Files.write(folder.resolve("b.wsp"), new byte[100_000]);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                OutputStream.nullOutputStream(),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        Sparsifier without = new Sparsifier(SHORT, (descriptor, offset, length) -> false);

        int code = new CommandLine(new SparsifyCommand(console, without)).execute(folder.toString());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("bucky-sparsify: " + file
                        + ": its file system cannot punch holes; no file on it is touched, and this is said once\n"
                        + "bucky-sparsify: 0 bytes freed, in 0 of 0 files; 2 could not be treated\n");
    }

    @Test
    void theTimeStaysEvenIfPunchingFailsHalfWay() throws IOException {
        Files.write(file, new byte[3 << 20]);
        FileStatus before = FileStatus.of(file);
        Sparsifier failing = new Sparsifier(SHORT, (descriptor, offset, length) -> {
            if (offset > 0) {
                throw new IOException("the disk is broken");
            }
            return descriptor.punchHole(offset, length);
        });

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> failing.run(file));

        assertThat(FileStatus.of(file).modifiedSeconds()).isEqualTo(before.modifiedSeconds());
        assertThat(FileStatus.of(file).modifiedNanos()).isEqualTo(before.modifiedNanos());
        assertThat(Files.readAllBytes(file)).isEqualTo(new byte[3 << 20]);
    }
}
