package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.UnreadableWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.Fill;
import org.buckytools.whisper.fill.FillArrays;
import org.buckytools.whisper.fill.FillPlan;
import org.buckytools.whisper.fill.FillReport;
import org.buckytools.whisper.fill.WhisperImage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;

/** Fills a metric's file from another file, in place. Callers hold the metric's lock. */
final class Filler {
    /** Making a file takes carbon a fraction of a second, unless its disk is busy. */
    private static final long MAKING_SECONDS = 5;

    private final StoreParts parts;

    Filler(StoreParts parts) {
        this.parts = parts;
    }

    /**
     * Fills under an exclusive {@code flock}; durable on return.
     *
     * @param destination the metric's file, open for writing; stays open
     * @param source whole, and written by nobody
     * @param sourceNow the source's clock, Unix seconds
     * @param time that the destination gets when it has been filled, also if it lacked nothing
     * @return empty if the metric's name leads to another file by now, and nothing was done
     * @throws BadUploadException if the source is no Whisper file that can be filled from
     * @throws CompressedMetricException if one of them is compressed
     */
    Optional<FillReport> fill(
            MetricName metric,
            Place place,
            Descriptor destination,
            Body source,
            long sourceNow,
            Optional<SourceTime> time)
            throws IOException {
        return switch (source) {
            case Stage stage -> fill(metric, place, destination, stage.file(), sourceNow, time);
            case HeldBody held ->
                fill(metric, place, destination, new InMemory(metric, held.content()), sourceNow, time);
        };
    }

    /** As the other one, from a file. */
    Optional<FillReport> fill(
            MetricName metric,
            Place place,
            Descriptor destination,
            Descriptor source,
            long sourceNow,
            Optional<SourceTime> time)
            throws IOException {
        return fill(metric, place, destination, new InFile(metric, source), sourceNow, time);
    }

    /** What a fill reads its source from. */
    private interface Source {
        /** The memory needed for it. */
        long bytes();

        /** @param memory of that size */
        WhisperImage image(MemorySegment memory) throws IOException;
    }

    private static final class InFile implements Source {
        private final MetricName metric;
        private final Descriptor file;
        private final long size;

        InFile(MetricName metric, Descriptor file) throws IOException {
            this.metric = metric;
            this.file = file;
            this.size =
                    sizeOfSource(metric, () -> header(file, FileStatus.of(file).size(), "the source"));
        }

        @Override
        public long bytes() {
            return size;
        }

        @Override
        public WhisperImage image(MemorySegment memory) throws IOException {
            return sourceImage(metric, readWhole(file, memory.asSlice(0, size)));
        }
    }

    private static final class InMemory implements Source {
        private final WhisperImage image;

        InMemory(MetricName metric, MemorySegment content) throws IOException {
            long size = sizeOfSource(
                    metric, () -> WhisperHeader.parse(content.asByteBuffer(), content.byteSize(), "the source"));
            this.image = sourceImage(metric, content.asSlice(0, size));
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public WhisperImage image(MemorySegment memory) {
            return image;
        }
    }

    private Optional<FillReport> fill(
            MetricName metric,
            Place place,
            Descriptor destination,
            Source source,
            long sourceNow,
            Optional<SourceTime> time)
            throws IOException {
        while (true) {
            long expected = neededOf(destination, FileStatus.of(destination).size());
            requireFillable(destination, expected);
            // Memory first: nobody waits for memory while others wait for the file.
            try (FillMemory.Lease memory = parts.fillMemory().acquire(source.bytes(), expected)) {
                WhisperImage sourceImage = source.image(memory.source());
                destination.lock(true, parts.patience().fileLock());
                try {
                    FileStatus locked = FileStatus.of(destination);
                    if (!isStillNamed(place, locked)) {
                        return Optional.empty();
                    }
                    if (neededOf(destination, locked.size()) != expected) {
                        continue;
                    }
                    FillReport report = fillLocked(
                            metric,
                            sourceImage,
                            destination,
                            readWhole(destination, memory.destination().asSlice(0, expected)),
                            sourceNow,
                            memory.arrays());
                    if (time.isPresent()) {
                        time.get().giveTo(destination);
                    }
                    return Optional.of(report);
                } finally {
                    destination.unlock();
                }
            }
        }
    }

    private FillReport fillLocked(
            MetricName metric,
            WhisperImage source,
            Descriptor destination,
            MemorySegment bytes,
            long sourceNow,
            FillArrays arrays)
            throws IOException {
        WhisperImage image = destinationImage(metric, destination, bytes);
        long now = Math.max(parts.clock().instant().getEpochSecond(), sourceNow);
        FillPlan plan = Fill.plan(source, image, Math.clamp(now, 0, Point.MAX_TIME), arrays);
        if (plan.report().changed()) {
            plan.apply(destination);
            parts.disk().run(destination::syncData);
        }
        return plan.report();
    }

    /** What has to be read of a source: up to the end of its last archive, as bytes behind that are of no use. */
    private static long sizeOfSource(MetricName metric, HeaderOfSource header) throws IOException {
        long size;
        try {
            size = header.read().fileSize();
        } catch (UnsupportedWhisperFormatException e) {
            throw new CompressedMetricException(metric, CompressedMetricException.Side.SOURCE, e);
        } catch (CorruptWhisperFileException e) {
            throw new BadUploadException(metric, e);
        }
        if (size > Integer.MAX_VALUE) {
            throw new BadUploadException(
                    metric, "files of 2 GiB and more cannot be filled from, and it has " + size + " bytes");
        }
        return size;
    }

    @FunctionalInterface
    private interface HeaderOfSource {
        WhisperHeader read() throws IOException;
    }

    /** What has to be read of a destination: as of a source, or its start alone if it has no header to go by. */
    private static long neededOf(Descriptor destination, long length) throws IOException {
        try {
            return header(destination, length, destination.path()).fileSize();
        } catch (UnreadableWhisperFileException e) {
            // What is wrong is said when it is looked at under its lock.
            return Math.min(length, WhisperHeader.MAX_BYTES);
        }
    }

    private static void requireFillable(Descriptor destination, long size) throws UnsupportedWhisperFormatException {
        if (size > Integer.MAX_VALUE) {
            throw new UnsupportedWhisperFormatException(
                    destination.path(), 0, "it is too long to be filled", size + " bytes", "less than 2 GiB");
        }
    }

    static WhisperHeader header(Descriptor file, long length, String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment start = arena.allocate(Math.clamp(length, 1, WhisperHeader.MAX_BYTES));
            return WhisperHeader.parse(start(file, start), length, name);
        }
    }

    /**
     * The file to be filled. One that is damaged but was written just now is taken for one that carbon is making: it gives a file
     * its name first, then its length and its header.
     */
    private WhisperImage destinationImage(MetricName metric, Descriptor destination, MemorySegment bytes)
            throws IOException {
        ByteBuffer buffer = bytes.asByteBuffer();
        try {
            // By its real length, which says more about a damaged file than that of what was read.
            WhisperHeader.parse(buffer, FileStatus.of(destination).size(), destination.path());
            return WhisperImage.of(buffer, destination.path());
        } catch (UnsupportedWhisperFormatException e) {
            if (WhisperHeader.isCompressed(buffer)) {
                throw new CompressedMetricException(metric, CompressedMetricException.Side.DESTINATION, e);
            }
            throw e;
        } catch (CorruptWhisperFileException e) {
            requireNotInTheMaking(destination, e);
            throw e;
        }
    }

    private void requireNotInTheMaking(Descriptor destination, CorruptWhisperFileException damage) throws IOException {
        long age = parts.clock().instant().getEpochSecond()
                - FileStatus.of(destination).modifiedSeconds();
        if (Math.abs(age) <= MAKING_SECONDS) {
            throw new StoreBusyException(destination.path() + " is no whole Whisper file yet; it was written "
                    + Math.max(0, age) + " s ago, so another program may be making it: " + damage.getMessage());
        }
    }

    private static WhisperImage sourceImage(MetricName metric, MemorySegment bytes) throws BadUploadException {
        try {
            return WhisperImage.of(bytes.asByteBuffer(), "the source");
        } catch (UnreadableWhisperFileException e) {
            throw new BadUploadException(metric, e);
        }
    }

    /** Whether the metric's name still leads to the file that was opened and then locked. */
    boolean isStillNamed(Place place, FileStatus opened) throws IOException {
        return parts.paths().status(place).filter(opened::isSameFile).isPresent();
    }

    /** Reads a file's start into all of a piece of memory that may hold anything before. */
    static MemorySegment readWhole(Descriptor file, MemorySegment into) throws IOException {
        long zeroed = 0;
        for (Extent extent : Extents.of(file, FileStatus.of(file))) {
            // The file can have grown meanwhile; one that shrank is an error of reading.
            long to = Math.min(extent.to(), into.byteSize());
            if (extent.from() >= to) {
                break;
            }
            into.asSlice(zeroed, extent.from() - zeroed).fill((byte) 0);
            FileContent.readFully(file, into.asSlice(extent.from(), to - extent.from()), extent.from());
            zeroed = to;
        }
        into.asSlice(zeroed).fill((byte) 0);
        return into;
    }

    /** The header's bytes of a file being staged, for a look at it without reading the whole. */
    static ByteBuffer start(Descriptor file, MemorySegment into) throws IOException {
        long read = FileContent.read(file, into, 0);
        return into.asSlice(0, read).asByteBuffer();
    }
}
