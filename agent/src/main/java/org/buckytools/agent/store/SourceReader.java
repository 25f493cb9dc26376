package org.buckytools.agent.store;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads files whole, under a shared {@code flock} that is held no longer than that takes. */
final class SourceReader {
    private static final Logger LOG = LoggerFactory.getLogger(SourceReader.class);

    /**
     * How long before a read the last write must lie for its time to name the content: the kernel's clock for file times ticks in
     * milliseconds, and a write after the read could fall into the same tick.
     */
    private static final Duration TRUSTED_AFTER = Duration.ofMillis(50);

    /** How far ahead of the clock the time of a file must be to name its content: longer than a delete comes after its copy. */
    private static final Duration FAR_AHEAD = Duration.ofHours(1);

    private static final int TRUST_ATTEMPTS = 4;

    // A file that grows faster than it is read is no Whisper file.
    private static final int ATTEMPTS = 10;

    private final StoreParts parts;

    SourceReader(StoreParts parts) {
        this.parts = parts;
    }

    /**
     * Reads a file.
     *
     * @param near where the file is probably found
     * @param forTrust whether to wait a little for a version that can be trusted
     */
    SourceFile read(MetricName metric, Place place, KeptFolder near, boolean forTrust) throws IOException {
        Optional<SourceFile> atOnce = readAtOnce(metric, place, near, forTrust);
        if (atOnce.isPresent()) {
            return atOnce.get();
        }
        int trustAttempts = forTrust ? TRUST_ATTEMPTS : 1;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // Memory comes first: nobody waits for it while having the file open or locked.
            FileStatus expected = parts.paths().status(place).orElseThrow(() -> new MetricNotFoundException(metric));
            boolean lastForTrust = attempt + 1 >= trustAttempts;
            Optional<SourceFile> source = expected.size() > SourceFile.MAX_IN_MEMORY_BYTES
                    ? readByCopy(metric, place, lastForTrust)
                    : readIntoMemory(metric, place, expected.size(), lastForTrust);
            if (source.isPresent()) {
                return source.get();
            }
        }
        throw new StoreBusyException(metric + " changes its size all the time");
    }

    /**
     * Reads a file where nothing is in the way of that, as nearly always: it is small, old enough to be trusted, and there is
     * memory, for which nobody waits while he has a file open. Then its size need not be known before it is opened.
     */
    private Optional<SourceFile> readAtOnce(MetricName metric, Place place, KeptFolder near, boolean forTrust)
            throws IOException {
        Optional<Descriptor> found = near.openForReading(place);
        if (found.isEmpty()) {
            throw new MetricNotFoundException(metric);
        }
        try (Descriptor file = found.get()) {
            file.lock(false, parts.patience().fileLock());
            FileStatus status = statusOf(metric, file);
            Instant begin = parts.clock().instant();
            if (status.size() > SourceFile.MAX_IN_MEMORY_BYTES || (forTrust && !isTrusted(status, begin))) {
                return Optional.empty();
            }
            Optional<BufferPool.Lease> memory = parts.buffers().acquireAtOnce(Math.max(1, status.size()));
            return memory.isPresent()
                    ? readLocked(metric, file, status, begin, memory.get(), !forTrust)
                    : Optional.empty();
        }
    }

    private Optional<SourceFile> readIntoMemory(
            MetricName metric, Place place, long expectedSize, boolean whateverTrust) throws IOException {
        BufferPool.Lease memory = parts.buffers().acquire(Math.max(1, expectedSize));
        boolean handedOver = false;
        try (Descriptor file = open(metric, place)) {
            file.lock(false, parts.patience().fileLock());
            FileStatus status = statusOf(metric, file);
            Instant begin = parts.clock().instant();
            if (status.size() > expectedSize) {
                return Optional.empty();
            }
            if (!whateverTrust && !isTrusted(status, begin)) {
                file.unlock();
                awaitTrust(status, begin);
                return Optional.empty();
            }
            handedOver = true;
            return readLocked(metric, file, status, begin, memory, whateverTrust);
        } finally {
            if (!handedOver) {
                memory.close();
            }
        }
    }

    /**
     * Reads a file that is locked.
     *
     * @param status what it was at {@code begin}
     * @param memory for the whole of it; belongs to this from now on
     */
    private Optional<SourceFile> readLocked(
            MetricName metric,
            Descriptor file,
            FileStatus status,
            Instant begin,
            BufferPool.Lease memory,
            boolean whateverTrust)
            throws IOException {
        boolean handedOver = false;
        try {
            List<Extent> extents = Extents.of(file, status);
            for (Extent extent : extents) {
                readInto(memory, file, extent);
            }
            // Who writes without locking may have done so in the middle of this.
            Optional<FileVersion> version = version(status, FileStatus.of(file), begin);
            if (version.isEmpty() && !whateverTrust) {
                return Optional.empty();
            }
            handedOver = true;
            return Optional.of(new HeldSource(statOf(metric, status), version, extents, memory));
        } catch (EOFException e) {
            // It became shorter after its size was looked up.
            LOG.debug("{} is read again: {}", metric, e.getMessage());
            return Optional.empty();
        } finally {
            if (!handedOver) {
                memory.close();
            }
        }
    }

    private static void readInto(BufferPool.Lease memory, Descriptor file, Extent extent) throws IOException {
        for (long at = extent.from(); at < extent.to(); ) {
            int block = (int) (at / BufferPool.LARGE_BYTES);
            long start = at % BufferPool.LARGE_BYTES;
            long length = Math.min(extent.to() - at, BufferPool.LARGE_BYTES - start);
            FileContent.readFully(file, memory.block(block).asSlice(start, length), at);
            at += length;
        }
    }

    private Optional<SourceFile> readByCopy(MetricName metric, Place place, boolean whateverTrust) throws IOException {
        try (BufferPool.Lease memory = parts.buffers().acquire(BufferPool.LARGE_BYTES)) {
            return readByCopy(metric, place, whateverTrust, memory.block(0));
        }
    }

    private Optional<SourceFile> readByCopy(MetricName metric, Place place, boolean whateverTrust, MemorySegment buffer)
            throws IOException {
        Descriptor file = open(metric, place);
        boolean handedOver = false;
        try {
            file.lock(false, parts.patience().fileLock());
            FileStatus status = statusOf(metric, file);
            Instant begin = parts.clock().instant();
            if (!whateverTrust && !isTrusted(status, begin)) {
                file.unlock();
                awaitTrust(status, begin);
                return Optional.empty();
            }
            List<Extent> extents = Extents.of(file, status);
            Optional<Descriptor> copy = copyOf(metric, place, file, status, extents, buffer);
            Optional<FileVersion> version = version(status, FileStatus.of(file), begin);
            MetricStat stat = statOf(metric, status);
            handedOver = true;
            if (copy.isPresent()) {
                Descriptors.closeQuietly(file);
                return Optional.of(
                        new CopiedSource(stat, version, extents, copy.get(), Optional.empty(), parts.buffers()));
            }
            file.unlock();
            return Optional.of(new CopiedSource(stat, version, extents, file, Optional.of(status), parts.buffers()));
        } finally {
            if (!handedOver) {
                file.close();
            }
        }
    }

    /** A copy without a name; empty if it cannot be made, since a full disk is a reason to move metrics away. */
    private Optional<Descriptor> copyOf(
            MetricName metric,
            Place place,
            Descriptor file,
            FileStatus status,
            List<Extent> extents,
            MemorySegment buffer)
            throws IOException {
        Descriptor copy = null;
        boolean whole = false;
        try {
            Optional<Descriptor> directory = parts.paths().directory(place.directory());
            if (directory.isEmpty()) {
                return Optional.empty();
            }
            try (Descriptor opened = directory.get()) {
                copy = Stage.withoutName(parts, opened);
            }
            FileContent.truncate(copy, status.size());
            for (Extent extent : extents) {
                copy(file, copy, extent, buffer);
            }
            whole = true;
            return Optional.of(copy);
        } catch (IOException e) {
            LOG.info("{} is read without a copy of it: {}", metric, e.getMessage());
            return Optional.empty();
        } finally {
            if (copy != null && !whole) {
                Descriptors.closeQuietly(copy);
            }
        }
    }

    private static void copy(Descriptor from, Descriptor to, Extent extent, MemorySegment buffer) throws IOException {
        if (FileContent.copy(from, to, extent.from(), extent.length()) >= 0) {
            return;
        }
        for (long at = extent.from(); at < extent.to(); at += buffer.byteSize()) {
            MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), extent.to() - at));
            FileContent.readFully(from, part, at);
            FileContent.write(to, part, at);
        }
    }

    private static FileStatus statusOf(MetricName metric, Descriptor file) throws IOException {
        FileStatus status = FileStatus.of(file);
        if (!status.isRegularFile()) {
            throw new MetricNotFoundException(metric);
        }
        return status;
    }

    private Descriptor open(MetricName metric, Place place) throws IOException {
        return parts.paths().openForReading(place).orElseThrow(() -> new MetricNotFoundException(metric));
    }

    /** The version of what was read between two looks at the file, the first of them at {@code begin}. */
    private static Optional<FileVersion> version(FileStatus before, FileStatus after, Instant begin) {
        FileVersion version = Retirement.versionOf(before);
        return version.equals(Retirement.versionOf(after)) && isTrusted(before, begin)
                ? Optional.of(version)
                : Optional.empty();
    }

    /**
     * Whether any write from now on will give the file another time: a write gives it that of the clock. So the file's time
     * must lie before that of all writes to come, or so far ahead of the clock that it will not be reached before the file is
     * deleted, which clients have done within minutes. In between, a write could come when the clock is just there.
     */
    private static boolean isTrusted(FileStatus status, Instant now) {
        Instant modified = modified(status);
        return !modified.isAfter(now.minus(TRUSTED_AFTER)) || modified.isAfter(now.plus(FAR_AHEAD));
    }

    private static Instant modified(FileStatus status) {
        return Instant.ofEpochSecond(status.modifiedSeconds(), status.modifiedNanos());
    }

    private static void awaitTrust(FileStatus status, Instant now) {
        Duration missing = Duration.between(now, modified(status).plus(TRUSTED_AFTER));
        // A time a little in the future does not pass soon; then one waits in vain, but not for long.
        LockSupport.parkNanos(
                missing.compareTo(TRUSTED_AFTER) > 0 ? TRUSTED_AFTER.toNanos() : missing.toNanos() + 1_000_000);
    }

    static MetricStat statOf(MetricName metric, FileStatus status) {
        return new MetricStat(metric, status.size(), status.permissions(), status.modifiedSeconds(), Encoding.IDENTITY);
    }
}
