package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.SmallProgramTest.SPARSIFY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.OpenFlag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuckySparsifyTest {
    private static final int BLOCK = 4096;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameAFile() {
        file = folder.resolve("a.wsp");
    }

    private static CommandRun run(Path... paths) {
        String[] arguments = new String[paths.length];
        for (int i = 0; i < paths.length; i++) {
            arguments[i] = paths[i].toString();
        }
        return SmallProgramTest.run(SPARSIFY, arguments);
    }

    private static CommandRun freed(long bytes, int treated, int of) {
        return new CommandRun(
                0,
                "",
                "bucky-sparsify: " + bytes + " bytes freed, in " + treated + " of "
                        + (of == 1 ? "1 file" : of + " files") + "\n");
    }

    /** Blocks of noise and of zeros, as a pattern says. */
    private static byte[] blocks(String pattern, int tail) {
        byte[] content = new byte[pattern.length() * BLOCK + tail];
        Random random = new Random(1);
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '#') {
                byte[] noise = new byte[BLOCK];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, content, i * BLOCK, BLOCK);
            }
        }
        return content;
    }

    private Path write(byte[] content) throws IOException {
        // On the disk, so that what it takes is settled.
        Files.write(file, content, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        return WhisperSamples.old(file);
    }

    @Test
    void blocksOfZerosBecomeHolesAndAllElseStays() throws IOException {
        byte[] content = blocks("#..#.##...", 0);
        write(content);
        try (Descriptor descriptor = Descriptor.open(file)) {
            descriptor.changeMode(0640);
        }
        FileStatus before = FileStatus.of(file);

        assertThat(run(file)).isEqualTo(freed(6 * BLOCK, 1, 1));

        FileStatus after = FileStatus.of(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertThat(after.inode()).isEqualTo(before.inode());
        assertThat(after.permissions()).isEqualTo(0640);
        assertThat(after.uid()).isEqualTo(before.uid());
        assertThat(after.modifiedSeconds()).isEqualTo(before.modifiedSeconds());
        assertThat(after.modifiedNanos()).isEqualTo(before.modifiedNanos());
        assertThat(before.allocatedBytes() - after.allocatedBytes()).isEqualTo(6 * BLOCK);
        try (Descriptor descriptor = Descriptor.open(file)) {
            assertThat(descriptor.seekHole(0)).isEqualTo(BLOCK);
            assertThat(descriptor.seekData(BLOCK)).isEqualTo(3 * BLOCK);
        }
        assertThat(run(file)).isEqualTo(freed(0, 0, 1));
    }

    @Test
    void aBlockWithOneByteStays() throws IOException {
        byte[] content = blocks("....", 0);
        content[0] = 1;
        content[2 * BLOCK - 1] = 1;
        write(content);

        assertThat(run(file)).isEqualTo(freed(2 * BLOCK, 1, 1));
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void theLastBlockCountsAlthoughItIsNotWhole() throws IOException {
        byte[] content = blocks("#.", 17);
        write(content);

        assertThat(run(file)).isEqualTo(freed(2 * BLOCK, 1, 1));
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void zerosAreFoundBeyondTheFirstPiece() throws IOException {
        byte[] content = blocks("#".repeat(255) + ".." + "#".repeat(300) + ".".repeat(300) + "#", 5);
        write(content);

        assertThat(run(file).code()).isZero();
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        try (Descriptor descriptor = Descriptor.open(file)) {
            assertThat(descriptor.seekHole(0)).isEqualTo(255 * BLOCK);
            assertThat(descriptor.seekData(255 * BLOCK)).isEqualTo(257 * BLOCK);
            assertThat(descriptor.seekHole(257 * BLOCK)).isEqualTo(557 * BLOCK);
            assertThat(descriptor.seekData(557 * BLOCK)).isEqualTo(857 * BLOCK);
            assertThat(descriptor.seekHole(857 * BLOCK)).isEqualTo(858 * BLOCK);
        }
    }

    @Test
    void spaceThatWasReservedAndNeverWrittenIsGivenBack() throws IOException {
        try (Descriptor descriptor = Descriptor.open(file, OpenFlag.WRITE, OpenFlag.CREATE_NEW)) {
            descriptor.allocate(0, 100 * BLOCK);
            descriptor.sync();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 50L * BLOCK);
            channel.force(true);
        }

        assertThat(run(file)).isEqualTo(freed(99 * BLOCK, 1, 1));
        assertThat(FileStatus.of(file).size()).isEqualTo(100 * BLOCK);
    }

    @Test
    void directoriesAreWalkedAndLinksNotFollowed() throws IOException {
        write(blocks("#..", 0));
        Path below = Files.createDirectories(folder.resolve("tree/.hidden"));
        Files.copy(file, below.resolve("b.wsp"));
        Files.copy(file, below.resolve("b.txt"));
        Files.createSymbolicLink(folder.resolve("tree/link.wsp"), file);
        Files.createSymbolicLink(folder.resolve("tree/link"), folder);
        long before = FileStatus.of(below.resolve("b.txt")).allocatedBytes();

        assertThat(run(folder.resolve("tree"))).isEqualTo(freed(2 * BLOCK, 1, 1));
        assertThat(FileStatus.of(below.resolve("b.txt")).allocatedBytes()).isEqualTo(before);
        assertThat(FileStatus.of(file).allocatedBytes()).isEqualTo(3 * BLOCK);
        assertThat(run(below.resolve("b.txt"))).isEqualTo(freed(0, 0, 0));
        // What is named may be a link.
        assertThat(run(folder.resolve("tree/link.wsp"))).isEqualTo(freed(2 * BLOCK, 1, 1));
        assertThat(folder.resolve("tree/link.wsp")).isSymbolicLink();
    }

    @Test
    void goesOnAfterWhatIsMissing() throws IOException {
        write(blocks("#..", 0));
        Path missing = folder.resolve("none");

        assertThat(run(missing, file))
                .isEqualTo(new CommandRun(
                        3,
                        "",
                        "bucky-sparsify: " + missing
                                + ": no such file or directory (ENOENT) in statx\n"
                                + "bucky-sparsify: 8192 bytes freed, in 1 of 1 file; 1 could not be treated\n"));
        assertThat(run(missing).code()).isEqualTo(1);
        assertThat(run().code()).isEqualTo(2);
    }

    @Test
    void leavesCompressedFilesAlone() throws IOException {
        Path compressed = WhisperSamples.compressed(folder.resolve("c.wsp"));
        byte[] content = Arrays.copyOf(Files.readAllBytes(compressed), 10 * BLOCK);
        // On the disk, so that what it takes is settled.
        Files.write(compressed, content, StandardOpenOption.SYNC);
        Path file = Files.write(
                folder.resolve("d.wsp"),
                new byte[BLOCK],
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        String complaint = "bucky-sparsify: " + compressed
                + " is a compressed Whisper file (go-carbon's format), not a standard one; it is left alone\n";

        CommandRun run = run(compressed, file);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .isEqualTo(complaint + "bucky-sparsify: 4096 bytes freed, in 1 of 1 file; 1 could not be treated\n");
        assertThat(run(compressed).code()).isEqualTo(1);

        assertThat(FileStatus.of(compressed).allocatedBytes()).isEqualTo(10 * BLOCK);
        assertThat(compressed).hasBinaryContent(content);
    }

    @Test
    void saysEachFileIfAskedTo() throws IOException {
        write(blocks("#..", 0));
        Path text = Files.writeString(folder.resolve("notes"), "");

        assertThat(SmallProgramTest.run(SPARSIFY, "-debug", file.toString(), text.toString())
                        .err())
                .isEqualTo("bucky-sparsify: " + file + ": 8192 bytes freed\n"
                        + "bucky-sparsify: " + text + " is not named as a Whisper file, and stays as it is\n"
                        + "bucky-sparsify: 8192 bytes freed, in 1 of 1 file\n");
    }

    @Test
    void aWhisperFileHoldsTheSamePointsAfterwards() throws IOException {
        WhisperSamples.file(file, "1s:1d,1m:1y", WhisperSamples.ago(10, 1), WhisperSamples.ago(10_000, 2));
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        write(content);

        CommandRun run = run(file);

        assertThat(run.code()).isZero();
        assertThat(FileStatus.of(file).allocatedBytes()).isLessThan(20 * BLOCK);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }
}
