package org.buckytools.whisper.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntrySizesTest {
    @TempDir
    private Path folder;

    @Test
    void tellsTheSizesOfOneEntryAfterTheOther() throws IOException {
        String longest = "é".repeat(127) + "x";
        Files.write(folder.resolve(longest), new byte[100_000]);
        try (FileChannel sparse =
                FileChannel.open(folder.resolve("s"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.allocate(1), 100_000_000);
        }
        Files.createSymbolicLink(folder.resolve("link"), Path.of(longest));
        Files.createDirectory(folder.resolve("folder"));
        try (Descriptor directory = Descriptor.open(folder, OpenFlag.DIRECTORY);
                EntrySizes sizes = new EntrySizes()) {
            assertThat(find(sizes, directory, longest)).isTrue();
            assertThat(sizes.isRegularFile()).isTrue();
            assertThat(sizes.size()).isEqualTo(100_000);
            assertThat(sizes.allocatedBytes()).isGreaterThanOrEqualTo(100_000);
            assertThat(find(sizes, directory, "s")).isTrue();
            assertThat(sizes.size()).isEqualTo(100_000_001);
            assertThat(sizes.allocatedBytes()).isLessThan(10_000_000);
            assertThat(find(sizes, directory, "link")).isTrue();
            assertThat(sizes.isRegularFile()).isFalse();
            assertThat(find(sizes, directory, "folder")).isTrue();
            assertThat(sizes.isRegularFile()).isFalse();
            assertThat(find(sizes, directory, "nothing")).isFalse();
            assertThatExceptionOfType(PosixException.class)
                    .isThrownBy(() -> find(sizes, directory, longest + "y"))
                    .withMessageStartingWith(folder.toString())
                    .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
        }
    }

    private static boolean find(EntrySizes sizes, Descriptor directory, String name) throws IOException {
        byte[] bytes = ("<" + name + ">").getBytes(UTF_8);
        return sizes.find(directory, bytes, 1, bytes.length - 1);
    }
}
