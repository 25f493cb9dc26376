package org.buckytools.whisper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
    private static final ArchiveInfo TEN_MINUTES = new ArchiveInfo(28, 60, 10);

    @TempDir
    private Path folder;

    @Test
    void countsSlotsFromTheBaseInBothDirections() {
        Archive archive = Archive.empty(TEN_MINUTES);
        assertThat(archive.isEmpty()).isTrue();
        archive.set(0, 1200, 1.5);
        assertThat(archive.slotOf(1200)).isZero();
        assertThat(archive.slotOf(1259)).isZero();
        assertThat(archive.slotOf(1740)).isEqualTo(9);
        assertThat(archive.slotOf(1800)).isZero();
        assertThat(archive.slotOf(1140)).isEqualTo(9);
        assertThat(archive.slotOf(1199)).isEqualTo(9);
    }

    @Test
    void holdsAPointOnlyForTheTimeThatIsStored() {
        Archive archive = Archive.empty(TEN_MINUTES);
        archive.set(1, 1260, 2);
        assertThat(archive.holds(1260)).as("first slot is empty").isFalse();
        archive.set(0, 1200, 1);
        assertThat(archive.holds(1260)).isTrue();
        assertThat(archive.holds(1260 + 600)).as("the next lap").isFalse();
        assertThat(archive.holds(1320)).isFalse();
    }

    @Test
    void comesBackFromItsBytes() throws IOException {
        ArchiveInfo info = new ArchiveInfo(100, 1, 40_000);
        Archive archive = Archive.empty(info);
        for (int slot = 0; slot < 40_000; slot++) {
            archive.set(slot, 4_000_000_000L + slot, Double.longBitsToDouble(0x7ff8_0000_0000_0000L + slot));
        }
        Path file = folder.resolve("a");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            archive.write(channel);
            Archive again = Archive.read(channel, info, "a");
            assertThat(again.times()).isEqualTo(archive.times());
            assertThat(again.values())
                    .usingElementComparator(
                            (a, b) -> Long.compare(Double.doubleToRawLongBits(a), Double.doubleToRawLongBits(b)))
                    .isEqualTo(archive.values());
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).position(100);
            assertThat(Archive.decode(all, info).times()).isEqualTo(archive.times());
            assertThat(all.hasRemaining()).isFalse();
        }
    }

    @Test
    void writesOnlyTheSlotsAskedFor() throws IOException {
        Path file = folder.resolve("a");
        Archive archive = Archive.empty(TEN_MINUTES);
        for (int slot = 0; slot < 10; slot++) {
            archive.set(slot, 60L * slot, slot);
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            archive.write(channel, 3, 2);
            assertThat(channel.size()).isEqualTo(28 + 5 * 12);
            channel.write(ByteBuffer.allocate(1), 28 + 119);
            Archive again = Archive.read(channel, TEN_MINUTES, "a");
            assertThat(again.times()).containsExactly(0, 0, 0, 180, 240, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void saysThatAFileBecameShorter() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[60]);
        try (FileChannel channel = FileChannel.open(file)) {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> Archive.read(channel, TEN_MINUTES, "a.wsp"))
                    .withMessageContaining("a.wsp became shorter");
        }
    }

    @Test
    void refusesToBeNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ArchiveInfo(28, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ArchiveInfo(28, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ArchiveInfo(1L << 32, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Point(1L << 32, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Point(-1, 1));
    }
}
