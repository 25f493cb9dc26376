package org.buckytools.whisper.fill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.buckytools.whisper.Aggregation.AVERAGE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.Flock;
import org.buckytools.whisper.posix.LockTimeoutException;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link Fill#fill} on files and their locks. */
final class FillFilesTest {
    private static final long T = 1_700_000_400L;
    private static final long NOW = T + 119;
    private static final Duration NO_WAIT = Duration.ZERO;

    @TempDir
    private Path folder;

    private Path source;
    private Path destination;
    private TestFile expected;

    @BeforeEach
    void writeFiles() throws IOException {
        TestFile one = TestFile.create("10s:2m,1m:10m", AVERAGE, 0.5f).points(0, T, 1, 2, 3, 4);
        TestFile other = TestFile.create("10s:2m,1m:10m", AVERAGE, 0.5f).points(0, T + 30, 9, 9);
        source = Files.write(folder.resolve("source.wsp"), one.array());
        destination = Files.write(folder.resolve("destination.wsp"), other.array());
        expected = other;
        expected.fillFrom(one, NOW);
    }

    @Test
    void fillsAFileInPlace() throws IOException {
        FillReport report = Fill.fill(source, destination, NOW, NO_WAIT, true);
        assertThat(report).isEqualTo(new FillReport(3, 1, 0, 0, 0));
        assertThat(destination).hasBinaryContent(expected.array());
    }

    @Test
    void leavesBytesBehindTheLastArchiveAlone() throws IOException {
        Files.write(destination, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        Fill.fill(source, destination, NOW, NO_WAIT, false);
        assertThat(Files.readAllBytes(destination)).startsWith(expected.array()).endsWith(1, 2, 3);
    }

    @Test
    void spendsNoMemoryOnBytesBehindTheLastArchive() throws IOException {
        for (Path each : List.of(source, destination)) {
            try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), 3L << 30);
            }
        }
        assertThat(Fill.fill(source, destination, NOW, NO_WAIT, false).taken()).isEqualTo(3);
        byte[] start = new byte[expected.array().length];
        try (InputStream in = Files.newInputStream(destination)) {
            assertThat(in.readNBytes(start, 0, start.length)).isEqualTo(start.length);
        }
        assertThat(start).isEqualTo(expected.array());
        assertThat(Files.size(destination)).isEqualTo((3L << 30) + 1);
    }

    @Test
    void leavesAnUnchangedFileAsItIs() throws IOException {
        Fill.fill(source, destination, NOW, NO_WAIT, false);
        // Long ago, so that a write at this very moment would show.
        var written = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(destination, written);
        assertThat(Fill.fill(source, destination, NOW, NO_WAIT, false).changed())
                .isFalse();
        assertThat(Files.getLastModifiedTime(destination)).isEqualTo(written);
    }

    @Test
    void fillsAFileThatTheCallerHasLocked() throws IOException {
        TestFile one = TestFile.create("10s:2m,1m:10m", AVERAGE, 0.5f).points(0, T, 1, 2, 3, 4);
        try (Descriptor file = Descriptor.open(destination, OpenFlag.WRITE)) {
            file.lock(true, NO_WAIT);
            Fill.fillLocked(one.image(), file, NOW);
        }
        assertThat(destination).hasBinaryContent(expected.array());
    }

    @Test
    void writesTheSameToAFileAndToMemory() throws IOException {
        TestFile one = TestFile.create("1s:20m,1m:1h", AVERAGE, 0);
        TestFile other = TestFile.create("1s:20m,1m:1h", AVERAGE, 0);
        for (long time = NOW - 1000; time < NOW; time++) {
            one.point(0, time, (double) time);
            if (time % 100 < 50) {
                other.point(0, time, 1);
            }
        }
        Files.write(destination, other.array());
        FillPlan plan = Fill.plan(one.image(), other.image(), NOW);
        try (Descriptor descriptor = Descriptor.open(destination, OpenFlag.WRITE)) {
            plan.apply(descriptor);
        }
        plan.apply(other.bytes);
        assertThat(destination).hasBinaryContent(other.array());
        assertThat(other.bytes.position()).isZero();
        assertThat(other.at(0, NOW)).hasSize(1000);
    }

    @Test
    void reportsAWriteThatFails() throws IOException {
        TestFile one = TestFile.create("10s:2m,1m:10m", AVERAGE, 0.5f).points(0, T, 1, 2, 3, 4);
        TestFile other = TestFile.create("10s:2m,1m:10m", AVERAGE, 0.5f);
        FillPlan plan = Fill.plan(one.image(), other.image(), NOW);
        try (Descriptor readOnly = Descriptor.open(destination)) {
            assertThatThrownBy(() -> plan.apply(readOnly))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
        }
    }

    @Test
    void writesNothingWhereTheSourceIsCorrupt() throws IOException {
        byte[] before = Files.readAllBytes(destination);
        Files.write(source, new byte[100]);
        assertThatThrownBy(() -> Fill.fill(source, destination, NOW, NO_WAIT, false))
                .isInstanceOf(CorruptWhisperFileException.class)
                .hasMessageContaining("source.wsp");
        assertThat(destination).hasBinaryContent(before);
    }

    @Test
    void writesNothingWhereTheDestinationIsTruncated() throws IOException {
        byte[] cut = java.util.Arrays.copyOf(Files.readAllBytes(destination), 100);
        Files.write(destination, cut);
        assertThatThrownBy(() -> Fill.fill(source, destination, NOW, NO_WAIT, false))
                .isInstanceOf(CorruptWhisperFileException.class)
                .hasMessageContaining("destination.wsp");
        assertThat(destination).hasBinaryContent(cut);
    }

    @Test
    void makesNoFileThatIsNotThere() {
        assertThatThrownBy(() -> Fill.fill(source, folder.resolve("none.wsp"), NOW, NO_WAIT, false))
                .isInstanceOfAny(PosixException.class, NoSuchFileException.class);
        assertThat(folder.resolve("none.wsp")).doesNotExist();
    }

    @Test
    void refusesToFillAFileFromItself() throws IOException {
        Path link = Files.createLink(folder.resolve("link.wsp"), source);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fill.fill(source, link, NOW, NO_WAIT, false))
                .withMessageContaining("same file");
    }

    @Test
    void givesUpWhereTheDestinationStaysLocked() throws IOException {
        byte[] before = Files.readAllBytes(destination);
        try (Flock _ = Flock.shared(destination, NO_WAIT)) {
            assertThatThrownBy(() -> Fill.fill(source, destination, NOW, NO_WAIT, false))
                    .isInstanceOf(LockTimeoutException.class);
        }
        assertThat(destination).hasBinaryContent(before);
    }

    @Test
    void readsASourceThatOthersAreReading() throws IOException {
        try (Flock _ = Flock.shared(source, NO_WAIT)) {
            Fill.fill(source, destination, NOW, NO_WAIT, false);
        }
        assertThat(destination).hasBinaryContent(expected.array());
    }

    @Test
    void leavesNoLockBehind() throws IOException {
        Fill.fill(source, destination, NOW, NO_WAIT, false);
        try (Flock one = Flock.exclusive(source, NO_WAIT);
                Flock other = Flock.exclusive(destination, NO_WAIT)) {
            assertThat(one).isNotEqualTo(other);
        }
    }

    @Test
    void fillsTheFileThatHasTheNameWhenItsTurnComes() throws Exception {
        byte[] original = Files.readAllBytes(destination);
        CompletableFuture<FillReport> fill;
        try (Flock _ = Flock.exclusive(destination, NO_WAIT)) {
            fill = CompletableFuture.supplyAsync(() -> {
                try {
                    return Fill.fill(source, destination, NOW, Duration.ofSeconds(30), false);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            Path other = Files.write(folder.resolve("other.wsp"), original);
            Files.move(other, destination, StandardCopyOption.ATOMIC_MOVE);
        }
        assertThat(fill.get(30, TimeUnit.SECONDS).changed()).isTrue();
        assertThat(destination).hasBinaryContent(expected.array());
    }

    /** A file whose gaps are so many that they are stored to a mapping, and its source. */
    private static TestFile[] gapped() {
        TestFile one = TestFile.create("1s:2h,1m:1d", AVERAGE, 0);
        TestFile other = TestFile.create("1s:2h,1m:1d", AVERAGE, 0);
        for (long time = NOW - 7000; time < NOW; time++) {
            one.point(0, time, (double) time);
            if (time % 7 != 0) {
                other.point(0, time, 1);
            }
        }
        return new TestFile[] {one, other};
    }

    @Test
    void storesManyGapsAsItWouldWriteThem() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            RandomFiles files = new RandomFiles(seed, false, 100);
            TestFile[] pair = seed == 0 ? gapped() : files.pair();
            Files.write(destination, pair[1].array());
            FillPlan plan = Fill.plan(pair[0].image(), pair[1].image(), seed == 0 ? NOW : files.now);
            int stored;
            try (Descriptor file = Descriptor.open(destination, OpenFlag.WRITE)) {
                stored = plan.writes().writeTo(file);
            }
            pair[1].write(plan, Integer.MAX_VALUE);
            assertThat(destination).as("seed %s", seed).hasBinaryContent(pair[1].array());
            if (seed == 0) {
                assertThat(stored).isGreaterThan(900);
            }
        }
    }

    @Test
    void movesTheTimeOfLastChangeBeforeTheFirstStoreAndAfterTheLast() throws IOException {
        // On tmpfs, stores alone would not.
        Path memory = Path.of("/dev/shm");
        Path file = Files.createTempFile(Files.isWritable(memory) ? memory : folder, "buckytools-fill", ".wsp");
        try {
            TestFile[] pair = gapped();
            Files.write(file, pair[1].array());
            FillPlan plan = Fill.plan(pair[0].image(), pair[1].image(), NOW);
            var longAgo = FileTime.fromMillis(1_000_000);
            Files.setLastModifiedTime(file, longAgo);
            int[] stores = {0};
            try (Descriptor descriptor = Descriptor.open(file, OpenFlag.WRITE);
                    FileContent.PieceWriter writer = new FileContent.PieceWriter(descriptor, SlotWrites.PAGE)) {
                plan.writes().writeTo(new SlotWrites.Target() {
                    @Override
                    public void write(ByteBuffer bytes, long offset) throws IOException {
                        writer.write(bytes, offset);
                    }

                    @Override
                    public boolean store(int from, int to) throws IOException {
                        if (stores[0] == 0) {
                            assertThat(Files.getLastModifiedTime(file)).isGreaterThan(longAgo);
                        }
                        boolean stored = plan.writes().storeMapped(descriptor, from, to);
                        stores[0] += stored ? 1 : 0;
                        Files.setLastModifiedTime(file, longAgo);
                        return stored;
                    }
                });
            }
            assertThat(stores[0]).isPositive();
            assertThat(Files.getLastModifiedTime(file)).isGreaterThan(longAgo);
        } finally {
            Files.delete(file);
        }
    }
}
