package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.reshape.Change;
import org.buckytools.whisper.reshape.Reshape;
import org.buckytools.whisper.reshape.ReshapeReport;

/**
 * Gives a metric's file another schema in place. Its points are read, and the new content is computed, written beside it and
 * put into it, all under one exclusive {@code flock}: so no point that others write is lost. Callers hold the metric's lock.
 */
final class Modifier {
    private final StoreParts parts;
    private final Landing landing;
    private final Filler filler;

    Modifier(StoreParts parts, Landing landing, Filler filler) {
        this.parts = parts;
        this.landing = landing;
        this.filler = filler;
    }

    /**
     * Changes a file; durable on return.
     *
     * @param now decides which points are too old; empty stands for this store's clock
     * @param dryRun whether only to compute what would become of it
     */
    Modification modify(MetricName metric, Place place, Change change, OptionalLong now, boolean dryRun)
            throws IOException {
        while (true) {
            Optional<Descriptor> found = parts.paths().openForWriting(metric, place);
            if (found.isEmpty()) {
                throw new MetricNotFoundException(metric);
            }
            try (Descriptor file = found.get()) {
                Optional<Modification> done = modify(metric, place, file, change, now, dryRun);
                if (done.isPresent()) {
                    return done.get();
                }
            }
        }
    }

    /** Empty if another file has the name by now, or this one changed its shape, and nothing was done. */
    private Optional<Modification> modify(
            MetricName metric, Place place, Descriptor file, Change change, OptionalLong now, boolean dryRun)
            throws IOException {
        long size;
        Reshape reshape;
        file.lock(true, parts.patience().fileLock());
        try {
            size = checkedSize(file);
            reshape = Reshape.of(Filler.header(file, size, file.path()), change, file.path());
            if (reshape.extent() == Reshape.Extent.NOTHING) {
                return Optional.of(result(false, reshape, size, size, new ReshapeReport(0, 0, 0, 0, 0, 0)));
            }
        } finally {
            // Nobody waits for memory while others wait for the file.
            file.unlock();
        }
        try (FillMemory.Lease memory = parts.fillMemory().acquire(size, reshape.size())) {
            file.lock(true, parts.patience().fileLock());
            try {
                FileStatus status = FileStatus.of(file);
                if (!filler.isStillNamed(place, status)
                        || status.size() != size
                        || !Filler.header(file, size, file.path()).equals(reshape.before())) {
                    return Optional.empty();
                }
                MemorySegment old = memory.source().asSlice(0, size);
                MemorySegment content = memory.destination().asSlice(0, reshape.size());
                Filler.readWhole(file, old);
                content.fill((byte) 0);
                long time = now.orElseGet(() -> parts.clock().instant().getEpochSecond());
                ReshapeReport report =
                        reshape.run(old.asByteBuffer(), content.asByteBuffer(), Math.clamp(time, 0, Point.MAX_TIME));
                boolean headerOnly = reshape.extent() == Reshape.Extent.HEADER;
                if (!dryRun) {
                    if (headerOnly) {
                        writeHeader(file, reshape.after(), content);
                    } else {
                        replace(metric, place, file, status, content, memory.source());
                    }
                }
                return Optional.of(result(true, reshape, size, headerOnly ? size : reshape.size(), report));
            } finally {
                file.unlock();
            }
        }
    }

    private static Modification result(
            boolean changed, Reshape reshape, long sizeBefore, long sizeAfter, ReshapeReport report) {
        return new Modification(changed, reshape.before(), reshape.after(), sizeBefore, sizeAfter, report);
    }

    private static long checkedSize(Descriptor file) throws IOException {
        long size = FileStatus.of(file).size();
        if (size > Integer.MAX_VALUE) {
            throw new UnsupportedWhisperFormatException(
                    file.path(), 0, "it is too long to be changed in memory", size + " bytes", "less than 2 GiB");
        }
        return size;
    }

    /** A few bytes within one page, which no killed process leaves half written. */
    private void writeHeader(Descriptor file, WhisperHeader header, MemorySegment scratch) throws IOException {
        MemorySegment bytes = scratch.asSlice(0, header.headerSize());
        header.write(bytes.asByteBuffer());
        FileContent.write(file, bytes, 0);
        parts.disk().run(file::syncData);
    }

    private void replace(
            MetricName metric,
            Place place,
            Descriptor file,
            FileStatus status,
            MemorySegment content,
            MemorySegment buffer)
            throws IOException {
        Stage stage = Stage.beside(parts, place, content.byteSize(), status.permissions());
        try (Landing.Cargo cargo = new Landing.Cargo(
                metric, place, content.byteSize(), status.permissions(), Optional.empty(), 0, stage, false)) {
            for (long at = 0; at < content.byteSize(); at += BufferPool.LARGE_BYTES) {
                stage.write(content.asSlice(at, Math.min(BufferPool.LARGE_BYTES, content.byteSize() - at)), at);
            }
            landing.replaceLocked(cargo, file, buffer);
        }
    }
}
