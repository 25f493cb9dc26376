package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.fill.Fill;
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
     * @param source a file that nobody writes
     * @param sourceNow the source's clock, Unix seconds
     * @return empty if the metric's name leads to another file by now, and nothing was done
     * @throws BadUploadException if the source is no Whisper file that can be filled from
     */
    Optional<FillReport> fill(MetricName metric, Place place, Descriptor destination, Descriptor source, long sourceNow)
            throws IOException {
        while (true) {
            long sourceSize = FileStatus.of(source).size();
            long expectedSize = FileStatus.of(destination).size();
            checkSize(metric, sourceSize);
            checkDestinationSize(destination, expectedSize);
            // Memory first: nobody waits for memory while others wait for the file.
            try (FillMemory.Lease memory = parts.fillMemory().acquire(sourceSize, expectedSize)) {
                MemorySegment sourceBytes = memory.source().asSlice(0, sourceSize);
                readWhole(source, sourceBytes);
                WhisperImage sourceImage = sourceImage(metric, sourceBytes);
                destination.lock(true, parts.patience().fileLock());
                try {
                    FileStatus locked = FileStatus.of(destination);
                    if (!isStillNamed(place, locked)) {
                        return Optional.empty();
                    }
                    if (locked.size() != expectedSize) {
                        continue;
                    }
                    MemorySegment bytes = memory.destination().asSlice(0, expectedSize);
                    readWhole(destination, bytes);
                    return Optional.of(fillLocked(sourceImage, destination, bytes, sourceNow));
                } finally {
                    destination.unlock();
                }
            }
        }
    }

    private FillReport fillLocked(WhisperImage source, Descriptor destination, MemorySegment bytes, long sourceNow)
            throws IOException {
        WhisperImage image = destinationImage(destination, bytes);
        long now = Math.max(parts.clock().instant().getEpochSecond(), sourceNow);
        FillPlan plan = Fill.plan(source, image, Math.clamp(now, 0, Point.MAX_TIME));
        if (plan.report().changed()) {
            plan.apply(destination);
            parts.disk().run(destination::syncData);
        }
        return plan.report();
    }

    /**
     * The file to be filled. One that is damaged but was written just now is taken for one that carbon is making: it gives a file
     * its name first, then its length and its header.
     */
    private WhisperImage destinationImage(Descriptor destination, MemorySegment bytes) throws IOException {
        try {
            return WhisperImage.of(bytes.asByteBuffer(), destination.path());
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
        } catch (CorruptWhisperFileException | UnsupportedWhisperFormatException e) {
            throw new BadUploadException(metric, e);
        }
    }

    /** Whether the metric's name still leads to the file that was opened and then locked. */
    boolean isStillNamed(Place place, FileStatus opened) throws IOException {
        return parts.paths().status(place).filter(opened::isSameFile).isPresent();
    }

    private static void checkSize(MetricName metric, long size) throws BadUploadException {
        if (size > Integer.MAX_VALUE) {
            throw new BadUploadException(
                    metric, "files of 2 GiB and more cannot be filled from, and it has " + size + " bytes");
        }
    }

    private void checkDestinationSize(Descriptor destination, long size) throws IOException {
        if (size > Integer.MAX_VALUE) {
            throw new UnsupportedWhisperFormatException(
                    destination.path(), 0, "it is too long to be filled", size + " bytes", "less than 2 GiB");
        }
        if (size == 0) {
            CorruptWhisperFileException empty =
                    new CorruptWhisperFileException(destination.path(), 0, "it is empty", "0 bytes", "a header");
            requireNotInTheMaking(destination, empty);
            throw empty;
        }
    }

    /** Reads a file into memory that may hold anything before. */
    private static void readWhole(Descriptor file, MemorySegment into) throws IOException {
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
    }

    /** The header's bytes of a file being staged, for a look at it without reading the whole. */
    static ByteBuffer start(Descriptor file, MemorySegment into) throws IOException {
        long read = FileContent.read(file, into, 0);
        return into.asSlice(0, read).asByteBuffer();
    }
}
