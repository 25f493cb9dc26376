package org.buckytools.whisper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.buckytools.whisper.WhisperFile.Access;
import org.buckytools.whisper.WhisperFile.Allocation;
import org.buckytools.whisper.WhisperFile.Existing;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.Flock;
import org.buckytools.whisper.posix.LockTimeoutException;
import org.buckytools.whisper.posix.PosixException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WhisperFileTest {
    // Divisible by 60 and 300.
    private static final long NOW = 1_500_000_000L;
    private static final WhisperHeader HEADER =
            WhisperHeader.create(Retention.parseList("60s:10m,5m:1h"), Aggregation.AVERAGE, 0.5f);

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void nameAFile() {
        path = folder.resolve("a.wsp");
    }

    private void create() throws IOException {
        WhisperFile.create(path, HEADER, Allocation.DENSE, Existing.REFUSE);
    }

    @Test
    void aDenseFileHasItsSpaceAndASparseOneHasNot() throws IOException {
        WhisperHeader large = WhisperHeader.create(Retention.parseList("1s:10d"), Aggregation.LAST, 0);
        Path sparse = folder.resolve("sparse.wsp");
        WhisperFile.create(path, large, Allocation.DENSE, Existing.REFUSE);
        WhisperFile.create(sparse, large, Allocation.SPARSE, Existing.REFUSE);
        assertThat(Files.size(path)).isEqualTo(large.fileSize()).isEqualTo(28 + 864_000 * 12);
        assertThat(Files.mismatch(path, sparse)).isEqualTo(-1);
        assertThat(FileStatus.of(path).allocatedBytes()).isGreaterThanOrEqualTo(large.fileSize());
        assertThat(FileStatus.of(sparse).allocatedBytes()).isLessThan(100_000);
    }

    @Test
    void aNewFileReplacesNoOtherUnlessAsked() throws IOException {
        Files.writeString(path, "something that is longer than the header of a whisper file");
        long inode = FileStatus.of(path).inode();
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(this::create)
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
        assertThat(path).content().startsWith("something");
        for (Allocation allocation : Allocation.values()) {
            WhisperFile.create(path, HEADER, allocation, Existing.REPLACE);
            assertThat(FileStatus.of(path).inode()).isEqualTo(inode);
            assertThat(Files.size(path)).isEqualTo(HEADER.fileSize());
            try (WhisperFile file = WhisperFile.open(path, Access.READ)) {
                assertThat(file.header()).isEqualTo(HEADER);
                assertThat(file.readArchive(HEADER.archives().getFirst()).isEmpty())
                        .isTrue();
            }
        }
        WhisperFile.create(folder.resolve("new.wsp"), HEADER, Allocation.SPARSE, Existing.REPLACE);
        assertThat(folder.resolve("new.wsp")).exists();
    }

    @Test
    void fetchesWhatWasUpdated() throws IOException {
        create();
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            file.update(new Point(NOW - 130, 1), NOW);
            file.update(new Point(NOW - 60, 3), NOW);
            file.sync();
            Series series = file.fetch(NOW - 240, NOW, NOW).orElseThrow();
            assertThat(series.from()).isEqualTo(NOW - 180);
            assertThat(series.until()).isEqualTo(NOW + 60);
            assertThat(series.step()).isEqualTo(60);
            assertThat(series.size()).isEqualTo(4);
            assertThat(series.timeAt(2)).isEqualTo(NOW - 60);
            assertThat(series.isKnown(0)).isTrue();
            assertThat(series.valueAt(0)).isEqualTo(1);
            assertThat(series.isKnown(1)).isFalse();
            assertThat(series.valueAt(1)).isNaN();
            assertThat(series.valueAt(2)).isEqualTo(3);
            assertThat(file.fetch(NOW - 30, NOW - 20, NOW).orElseThrow().size()).isEqualTo(1);
            assertThat(file.fetch(NOW + 1, NOW + 5, NOW)).isEmpty();
            assertThat(file.fetch(NOW - 9000, NOW - 3601, NOW)).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> file.fetch(NOW, NOW - 1, NOW));
        }
    }

    @Test
    void propagatesWhenEnoughPointsAreKnown() throws IOException {
        create();
        long start = NOW - 300;
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            ArchiveInfo coarse = HEADER.archives().get(1);
            file.updateMany(List.of(new Point(start, 1), new Point(start + 60, 2)), NOW);
            assertThat(file.readArchive(coarse).isEmpty()).isTrue();
            file.update(new Point(start + 180, 6), NOW);
            assertThat(file.readArchive(coarse).holds(start)).isTrue();
            assertThat(file.readArchive(coarse).valueAt(0)).isEqualTo(3);
        }
    }

    @Test
    void refusesToUpdateTheFutureAndWhatIsTooOld() throws IOException {
        create();
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> file.update(new Point(NOW + 1, 1), NOW))
                    .withMessageContaining(path.toString());
            assertThatIllegalArgumentException().isThrownBy(() -> file.update(new Point(NOW - 3600, 1), NOW));
            file.update(new Point(NOW - 3599, 1), NOW);
        }
    }

    @Test
    void aRunLongerThanItsArchiveGoesAroundTheRing() throws IOException {
        // Python Whisper 1.1 writes such a run on into the next archive.
        create();
        List<Point> points = LongStream.rangeClosed(-10, 20)
                .mapToObj(i -> new Point(NOW + 60 * i, i))
                .toList();
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            file.updateMany(points, NOW);
            Archive finest = file.readArchive(HEADER.archives().getFirst());
            for (int i = 11; i <= 20; i++) {
                assertThat(finest.holds(NOW + 60L * i)).isTrue();
                assertThat(finest.valueAt(finest.slotOf(NOW + 60L * i))).isEqualTo(i);
            }
            Archive coarse = file.readArchive(HEADER.archives().get(1));
            for (long time : coarse.times()) {
                assertThat(time % 300).isZero();
            }
        }
        assertThat(Files.size(path)).isEqualTo(HEADER.fileSize());
    }

    @Test
    void fetchReadsOnlyTheSlotsItNeeds() throws IOException {
        // 80 million points would take 1.3 GB of memory, more than the tests have.
        WhisperHeader huge = WhisperHeader.create(List.of(new Retention(1, 80_000_000)), Aggregation.LAST, 0);
        WhisperFile.create(path, huge, Allocation.SPARSE, Existing.REFUSE);
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            file.updateMany(List.of(new Point(NOW - 79_000_000, 1), new Point(NOW - 1, 2), new Point(NOW, 3)), NOW);
            Series series = file.fetch(NOW - 5, NOW, NOW).orElseThrow();
            assertThat(series.size()).isEqualTo(5);
            assertThat(series.valueAt(4)).isEqualTo(3);
        }
    }

    @Test
    void holdsALockWhileItIsOpen() throws IOException {
        create();
        try (WhisperFile reading = WhisperFile.openLocked(path, Access.READ, Duration.ZERO);
                WhisperFile too = WhisperFile.openLocked(path, Access.READ, Duration.ZERO)) {
            assertThat(reading.header()).isEqualTo(too.header());
            assertThat(reading).hasToString(path.toString());
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> WhisperFile.openLocked(path, Access.WRITE, Duration.ofMillis(1)));
            assertThatExceptionOfType(NonWritableChannelException.class)
                    .isThrownBy(() -> reading.update(new Point(NOW, 1), NOW));
        }
        WhisperFile writing = WhisperFile.openLocked(path, Access.WRITE, Duration.ZERO);
        assertThat(Flock.tryExclusive(path)).isEmpty();
        writing.update(new Point(NOW, 1), NOW);
        writing.close();
        writing.close();
        Flock.exclusive(path, Duration.ZERO).close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> writing.fetch(NOW, NOW, NOW));
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingOpenOrLockedWhenAFileIsCorrupt(Access access) throws IOException {
        create();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(HEADER.fileSize() - 1);
        }
        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(CorruptWhisperFileException.class)
                    .isThrownBy(() -> WhisperFile.openLocked(path, access, Duration.ZERO))
                    .satisfies(e -> assertThat(e.file()).isEqualTo(path.toString()));
            assertThatExceptionOfType(CorruptWhisperFileException.class)
                    .isThrownBy(() -> WhisperFile.open(path, access));
        }
        Flock.exclusive(path, Duration.ZERO).close();
        assertThat(opened()).doesNotContain(path.toRealPath());
    }

    private static List<Path> opened() throws IOException {
        List<Path> opened = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : entries) {
                if (Files.exists(entry)) {
                    opened.add(Files.readSymbolicLink(entry));
                }
            }
        }
        return opened;
    }

    @Test
    void locksAndReadsOneAndTheSameFileEvenIfItIsRenamed() throws IOException {
        create();
        try (WhisperFile file = WhisperFile.openLocked(path, Access.WRITE, Duration.ZERO)) {
            Files.move(path, folder.resolve("b.wsp"));
            file.update(new Point(NOW, 7), NOW);
        }
        try (WhisperFile file = WhisperFile.open(folder.resolve("b.wsp"), Access.READ)) {
            assertThat(file.fetch(NOW - 60, NOW - 60, NOW).orElseThrow().valueAt(0))
                    .isEqualTo(7);
        }
    }

    @Test
    void removesWhatItCouldNotCreate() {
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() ->
                        WhisperFile.create(folder.resolve("missing/a.wsp"), HEADER, Allocation.DENSE, Existing.REFUSE))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void tellsWhetherAFileHasExactlyItsLength() throws IOException {
        create();
        try (WhisperFile file = WhisperFile.open(path, Access.WRITE)) {
            assertThat(file.header().fillsExactly(file.channel().size())).isTrue();
            file.channel().write(ByteBuffer.allocate(1), HEADER.fileSize());
            assertThat(file.header().fillsExactly(file.channel().size())).isFalse();
        }
        WhisperFile.open(path, Access.READ).close();
    }
}
