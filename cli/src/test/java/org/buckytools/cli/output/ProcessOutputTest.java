package org.buckytools.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessOutputTest {
    private static final int ZEROS = 1_000_000;

    @TempDir
    private Path directory;

    /** Writes two texts with zeros between them, and gives back what the file has then. */
    private byte[] written(String flags, OpenOption... options) throws IOException {
        Path file = directory.resolve("out");
        Path proc = directory.resolve("proc");
        Files.createDirectories(proc.resolve("fd"));
        Files.createDirectories(proc.resolve("fdinfo"));
        Files.createSymbolicLink(proc.resolve("fd/1"), file);
        Files.writeString(proc.resolve("fdinfo/1"), "pos:\t0\nflags:\t" + flags + "\n");
        try (FileChannel channel = FileChannel.open(file, options);
                ProcessOutput output = new ProcessOutput(channel, proc)) {
            output.write(new byte[] {1, 2, 3});
            output.zeros(ZEROS);
            output.write(ByteBuffer.wrap(new byte[] {4}));
        }
        return Files.readAllBytes(file);
    }

    private static byte[] expected(byte[] before) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before);
        all.writeBytes(new byte[] {1, 2, 3});
        all.writeBytes(new byte[ZEROS]);
        all.write(4);
        return all.toByteArray();
    }

    @Test
    void zerosAtTheEndOfAFileReadAsZeros() throws IOException {
        assertThat(written("0100001", StandardOpenOption.CREATE, StandardOpenOption.WRITE))
                .isEqualTo(expected(new byte[0]));
    }

    @Test
    void zerosGoOverWhatAFileHas() throws IOException {
        byte[] before = new byte[2 * ZEROS];
        Arrays.fill(before, (byte) 7);
        Files.write(directory.resolve("out"), before);
        byte[] after = written("0100001", StandardOpenOption.WRITE);
        byte[] start = expected(new byte[0]);
        System.arraycopy(start, 0, before, 0, start.length);
        assertThat(after).isEqualTo(before);
    }

    @Test
    void zerosAreAppendedToWhatIsAppendedTo() throws IOException {
        byte[] before = {9, 9};
        Files.write(directory.resolve("out"), before);
        assertThat(written("0102001", StandardOpenOption.APPEND)).isEqualTo(expected(before));
    }
}
