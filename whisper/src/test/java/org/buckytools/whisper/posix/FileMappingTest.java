package org.buckytools.whisper.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMappingTest {
    private static final int PAGE = FileMapping.pageSize();

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = Files.write(folder.resolve("file"), new byte[3 * PAGE]);
    }

    @Test
    void storesNumbersInTheMachinesOrderWhereTheyBelong() throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlag.WRITE);
                FileMapping mapping = FileMapping.of(file, PAGE, 2L * PAGE).orElseThrow()) {
            assertThat(mapping.prepare(PAGE + 100, PAGE + 104)).isTrue();
            mapping.store(part -> part.put(25, 0x01020304));
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.nativeOrder());
        assertThat(bytes.getInt(PAGE + 100)).isEqualTo(0x01020304);
        bytes.putInt(PAGE + 100, 0);
        assertThat(bytes.array()).isEqualTo(new byte[3 * PAGE]);
    }

    @Test
    void makesRoomOnlyForThePagesItIsToldOf() throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlag.WRITE)) {
            FileContent.truncate(file, 0);
            FileContent.truncate(file, 100L * PAGE);
            try (FileMapping mapping = FileMapping.of(file, 0, 100L * PAGE).orElseThrow()) {
                assertThat(mapping.prepare(10L * PAGE + 4, 11L * PAGE)).isTrue();
                mapping.store(part -> part.put(10 * PAGE / 4 + 1, 1));
            }
            file.syncData();
            assertThat(FileStatus.of(file).allocatedBytes()).isPositive().isLessThan(50L * PAGE);
        }
    }

    @Test
    void refusesPagesBehindTheEndOfTheFile() throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlag.WRITE);
                FileMapping mapping = FileMapping.of(file, 0, 5L * PAGE).orElseThrow()) {
            assertThat(mapping.prepare(0, 3L * PAGE)).isTrue();
            assertThat(mapping.prepare(0, 4L * PAGE)).isFalse();
        }
    }

    @Test
    void reportsAStoreToAFileThatWasCutShort() throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlag.WRITE);
                FileMapping mapping = FileMapping.of(file, 0, 3L * PAGE).orElseThrow()) {
            assertThat(mapping.prepare(0, 3L * PAGE)).isTrue();
            FileContent.truncate(file, 0);
            FileMapping.Stores oneByOne = part -> {
                for (int i = 0; i < 2 * PAGE / 4; i++) {
                    part.put(i, i);
                }
            };
            int[] many = new int[PAGE / 2];
            for (FileMapping.Stores stores : List.of(oneByOne, part -> part.put(1, many))) {
                assertThatThrownBy(() -> mapping.store(stores))
                        .isInstanceOf(PosixException.class)
                        .hasMessageContaining("a store to its mapping");
            }
        }
        assertThat(path).isEmptyFile();
    }

    @Test
    void reportsAFileThatWasCutShortBehindTheStores() throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlag.WRITE);
                FileMapping mapping = FileMapping.of(file, 0, 3L * PAGE).orElseThrow()) {
            assertThat(mapping.prepare(0, 4)).isTrue();
            FileContent.truncate(file, 2L * PAGE);
            assertThatThrownBy(() -> mapping.store(part -> part.put(0, 1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("became shorter");
        }
    }

    @Test
    void isNotToBeHadOfAFileOpenForReading() throws IOException {
        try (Descriptor file = Descriptor.open(path)) {
            assertThat(FileMapping.of(file, 0, PAGE)).isEqualTo(Optional.empty());
        }
    }

    @Test
    void refusesWhatItDoesNotMap() throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlag.WRITE)) {
            assertThatIllegalArgumentException().isThrownBy(() -> FileMapping.of(file, 4, PAGE));
            FileMapping mapping = FileMapping.of(file, PAGE, PAGE).orElseThrow();
            assertThatIllegalArgumentException().isThrownBy(() -> mapping.prepare(0, 2L * PAGE));
            assertThatIllegalArgumentException().isThrownBy(() -> mapping.prepare(PAGE, 2L * PAGE + 1));
            mapping.close();
            mapping.close();
            assertThatThrownBy(() -> mapping.store(_ -> {})).isInstanceOf(IllegalStateException.class);
        }
    }
}
