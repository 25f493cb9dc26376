package org.buckytools.whisper.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileContentTest {
    @TempDir
    Path folder;

    @Test
    void readsBackWhatItWroteAtItsPlace() throws IOException {
        Path path = folder.resolve("file");
        try (AnonymousMemory memory = AnonymousMemory.allocate(10_000);
                Descriptor file = Descriptor.open(path, OpenFlag.WRITE, OpenFlag.CREATE_NEW)) {
            MemorySegment bytes = memory.segment().asSlice(0, 5000);
            bytes.fill((byte) 7);
            FileContent.write(file, bytes, 100);
            assertThat(FileStatus.of(file).size()).isEqualTo(5100);

            MemorySegment back = memory.segment().asSlice(5000, 5000);
            FileContent.readFully(file, back, 100);
            assertThat(back.mismatch(bytes)).isEqualTo(-1);
            assertThat(FileContent.read(file, back, 5000)).isEqualTo(100);
            assertThatThrownBy(() -> FileContent.readFully(file, back, 5000))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("nothing at byte 5100");

            FileContent.truncate(file, 50);
            assertThat(Files.readAllBytes(path)).isEqualTo(new byte[50]);
        }
    }

    @Test
    void reservesSpaceWithoutLengtheningTheFile() throws IOException {
        try (Descriptor file = Descriptor.open(folder.resolve("file"), OpenFlag.WRITE, OpenFlag.CREATE_NEW)) {
            if (FileContent.reserve(file, 0, 1 << 20)) {
                assertThat(FileStatus.of(file).allocatedBytes()).isGreaterThanOrEqualTo(1 << 20);
            }
            assertThat(FileStatus.of(file).size()).isZero();
        }
    }

    @Test
    void copiesARangeToTheSamePlaceOrSaysThatItCannot() throws IOException {
        Path source = folder.resolve("source");
        Files.writeString(source, "0123456789");
        Path target = folder.resolve("target");
        try (Descriptor from = Descriptor.open(source);
                Descriptor to = Descriptor.open(target, OpenFlag.WRITE, OpenFlag.CREATE_NEW)) {
            long copied = FileContent.copy(from, to, 4, 100);
            if (copied >= 0) {
                assertThat(copied).isEqualTo(6);
                assertThat(target).hasContent("\0\0\0\000456789");
            }
        }
    }

    @Test
    void memoryBeginsAsZerosAndIsGoneAfterClosing() {
        AnonymousMemory memory = AnonymousMemory.allocate(1 << 20);
        MemorySegment segment = memory.segment();
        assertThat(segment.get(ValueLayout.JAVA_LONG, 4096)).isZero();
        segment.set(ValueLayout.JAVA_BYTE, 4096, (byte) 1);
        memory.close();
        assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 4096)).isInstanceOf(IllegalStateException.class);
    }
}
