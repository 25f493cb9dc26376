package org.buckytools.whisper.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameAFile() {
        file = folder.resolve("file");
    }

    @Test
    void findsDataAndHoles() throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 2 * MIB);
            channel.write(ByteBuffer.wrap(new byte[] {1}), 4 * MIB - 1);
        }
        try (Descriptor descriptor = Descriptor.open(file)) {
            assertThat(descriptor.seekData(0)).isEqualTo(2 * MIB);
            long hole = descriptor.seekHole(2 * MIB);
            assertThat(hole).isBetween(2L * MIB + 1, 3L * MIB);
            long data = descriptor.seekData(hole);
            assertThat(data).isBetween(3L * MIB, 4L * MIB - 1);
            assertThat(descriptor.seekHole(data)).as("the end counts as a hole").isEqualTo(4 * MIB);
            assertThat(descriptor.seekData(4 * MIB)).isEqualTo(-1);
            assertThat(descriptor.seekHole(4 * MIB)).isEqualTo(-1);
        }
    }

    @Test
    void allocatesSpaceAndGivesItBack() throws IOException {
        try (Descriptor descriptor = Descriptor.open(file, 0600, OpenFlag.WRITE, OpenFlag.CREATE_NEW)) {
            assertThat(descriptor.allocate(0, MIB)).isTrue();
            FileStatus allocated = FileStatus.of(descriptor);
            assertThat(allocated.size()).isEqualTo(MIB);
            assertThat(allocated.allocatedBytes()).isGreaterThanOrEqualTo(MIB);
            assertThat(allocated.permissions()).isEqualTo(0600);
            byte[] content = new byte[MIB];
            Arrays.fill(content, (byte) 7);
            Files.write(file, content, StandardOpenOption.WRITE);

            assertThat(descriptor.punchHole(0, MIB / 2)).isTrue();
            FileStatus punched = FileStatus.of(descriptor);
            assertThat(punched.size()).isEqualTo(MIB);
            assertThat(punched.blocks()).isLessThan(allocated.blocks());
            Arrays.fill(content, 0, MIB / 2, (byte) 0);
            assertThat(Files.readAllBytes(file)).isEqualTo(content);
        }
    }

    @Test
    void setsTheTimeOfTheLastChangeToTheNanosecond() throws IOException {
        Files.createFile(file);
        FileTime accessed = (FileTime) Files.getAttribute(file, "lastAccessTime");
        try (Descriptor descriptor = Descriptor.open(file)) {
            descriptor.changeModified(1_234_567_890, 123_456_789);
            FileStatus status = FileStatus.of(descriptor);
            assertThat(status.modifiedSeconds()).isEqualTo(1_234_567_890);
            assertThat(status.modifiedNanos()).isEqualTo(123_456_789);
        }
        assertThat(Files.getAttribute(file, "lastAccessTime")).isEqualTo(accessed);
    }

    @Test
    void syncsFilesAndDirectories() throws IOException {
        Files.write(file, new byte[100_000]);
        try (Descriptor descriptor = Descriptor.open(file, OpenFlag.WRITE)) {
            assertThat(descriptor.startWriteback(0, 0)).isTrue();
            descriptor.syncData();
            descriptor.sync();
        }
        PosixFiles.syncDirectory(folder);
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> PosixFiles.syncDirectory(file))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
    }

    @Test
    void takesAWriteLeaseOnlyWhenNobodyElseHasTheFileOpen() throws IOException {
        Files.createFile(file);
        try (Descriptor descriptor = Descriptor.open(file)) {
            try (Descriptor _ = Descriptor.open(file)) {
                assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.BUSY);
            }
            assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.ACQUIRED);
            descriptor.releaseLease();
            Descriptor.open(file).close();
        }
        try (Descriptor directory = Descriptor.open(folder)) {
            assertThat(directory.tryWriteLease()).isEqualTo(Descriptor.Lease.UNSUPPORTED);
        }
    }

    @Test
    void aLeaseTellsThatSomebodyWantsToOpenTheFile() throws IOException {
        Files.createFile(file);
        try (Descriptor descriptor = Descriptor.open(file);
                Descriptor directory = Descriptor.open(folder, OpenFlag.DIRECTORY)) {
            assertThat(descriptor.isSoleHolder()).as("without a lease").isFalse();
            assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.ACQUIRED);
            // Under another name it is the same file.
            Path renamed = folder.resolve("renamed");
            Files.move(file, renamed);
            assertThat(descriptor.isSoleHolder()).isTrue();
            // Does not wait, but has asked.
            assertThatExceptionOfType(PosixException.class)
                    .isThrownBy(() -> FileTree.find(directory, "renamed"))
                    .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
            assertThat(descriptor.isSoleHolder()).isFalse();
            descriptor.releaseLease();
            assertThat(descriptor.tryWriteLease()).isEqualTo(Descriptor.Lease.ACQUIRED);
            assertThat(descriptor.isSoleHolder()).isTrue();
        }
    }

    @Test
    void makesAFileOnlyWhereThereIsNone() throws IOException {
        Files.createSymbolicLink(file, folder.resolve("nowhere"));
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> Descriptor.open(file, OpenFlag.WRITE, OpenFlag.CREATE_NEW))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    @Test
    void followsNoLinkIfToldSo() throws IOException {
        Files.createFile(file);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Descriptor.open(link).close();
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> Descriptor.open(link, OpenFlag.NO_FOLLOW))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> Descriptor.open(file, OpenFlag.DIRECTORY))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
    }

    @Test
    void opensAnEntryOfAnOpenDirectoryEvenIfItIsRenamed() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.writeString(inner.resolve("x"), "hello");
        try (Descriptor directory = Descriptor.open(inner, OpenFlag.DIRECTORY)) {
            Files.move(inner, folder.resolve("moved"));
            try (Descriptor entry = Descriptor.openAt(directory, "x".getBytes(UTF_8), OpenFlag.NO_FOLLOW)) {
                assertThat(entry.path()).isEqualTo(inner + "/x");
                assertThat(Files.readString(entry.reopenPath())).isEqualTo("hello");
            }
        }
    }

    @Test
    void changesModeAndOwner() throws IOException {
        Files.createFile(file);
        FileStatus before = FileStatus.of(file);
        try (Descriptor descriptor = Descriptor.open(file)) {
            descriptor.changeMode(0640);
            assertThat(FileStatus.of(file).permissions()).isEqualTo(0640);
            descriptor.changeOwner(-1, -1);
            descriptor.changeOwner(before.uid(), before.gid());
        }
        PosixFiles.changeMode(file, 0604);
        assertThat(FileStatus.of(file).permissions()).isEqualTo(0604);
        PosixFiles.changeOwner(file, before.uid(), -1);
        assertThat(FileStatus.of(file).uid()).isEqualTo(before.uid());
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> PosixFiles.changeMode(folder.resolve("missing"), 0600))
                .withMessageContaining("chmod");
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> PosixFiles.changeOwner(folder.resolve("missing"), -1, -1))
                .withMessageContaining("chown");
    }

    @Test
    void refusesWorkOnceItIsClosed() throws IOException {
        Files.createFile(file);
        Descriptor descriptor = Descriptor.open(file);
        descriptor.close();
        descriptor.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(descriptor::sync);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> FileStatus.of(descriptor));
    }

    @Test
    void namesTheErrorOfACallThatCannotWork() throws IOException {
        Files.createFile(file);
        try (Descriptor readOnly = Descriptor.open(file)) {
            assertThatExceptionOfType(PosixException.class)
                    .isThrownBy(() -> readOnly.allocate(0, 1))
                    .withMessage(file + ": not open in the way needed (EBADF) in fallocate");
        }
        assertThat(Errno.nameOf(Errno.EDQUOT)).isEqualTo("EDQUOT");
        assertThat(Errno.nameOf(4095)).isEqualTo("errno 4095");
    }
}
