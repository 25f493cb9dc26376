package org.buckytools.cli.files;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.WhisperImage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;

/** A file that is being read, under its shared lock. */
final class LockedSource implements AutoCloseable {
    /** The kernel's clock for file times ticks so slowly that a write sooner after another can leave the same time. */
    private static final Duration SAME_TIME = Duration.ofMillis(50);

    private static final Duration PAUSE = SAME_TIME.plusMillis(5);

    private final Descriptor file;
    private final FileStatus status;
    private final Optional<FileVersion> version;

    private LockedSource(Descriptor file, FileStatus status, Optional<FileVersion> version) {
        this.file = file;
        this.status = status;
        this.version = version;
    }

    /**
     * Opens and locks a file.
     *
     * @param settled whether to wait until its last write is so long ago that a later one shows in its time
     */
    static LockedSource open(Place place, boolean settled, InstantSource clock, Patience patience) throws IOException {
        long start = System.nanoTime();
        while (true) {
            Descriptor file = place.openUnchecked(patience)
                    .orElseThrow(() -> new IOException(place + ": no such file or directory (ENOENT)"));
            boolean opened = false;
            try {
                file.lock(false, patience.fileLock());
                FileStatus status = FileStatus.of(file);
                place.requireRegular(status);
                boolean fresh = isFresh(status, clock.instant());
                boolean over =
                        System.nanoTime() - start > patience.openElsewhere().toNanos();
                if (!settled || !fresh || over) {
                    opened = true;
                    return new LockedSource(file, status, fresh ? Optional.empty() : Optional.of(versionOf(status)));
                }
            } finally {
                if (!opened) {
                    file.close();
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean isFresh(FileStatus status, Instant now) {
        Instant written = Instant.ofEpochSecond(status.modifiedSeconds(), status.modifiedNanos());
        return Duration.between(written, now).abs().compareTo(SAME_TIME) < 0;
    }

    static FileVersion versionOf(FileStatus status) {
        return new FileVersion(
                status.device(), status.inode(), status.size(), status.modifiedSeconds(), status.modifiedNanos());
    }

    Descriptor descriptor() {
        return file;
    }

    FileStatus status() {
        return status;
    }

    /** Which content this is; empty if a later write might not show. */
    Optional<FileVersion> version() {
        return version;
    }

    /**
     * Whether it is worth copying: of the standard format and whole, or go-carbon's compressed one.
     *
     * @throws IOException if it is neither, or cannot be read
     */
    void check() throws IOException {
        ByteBuffer head = head(file, status.size());
        if (!WhisperHeader.isCompressed(head)) {
            WhisperHeader.parse(head, status.size(), file.path());
        }
    }

    /** As many of a file's first bytes as a header can have. */
    static ByteBuffer head(Descriptor file, long size) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = arena.allocate(Math.min(WhisperHeader.MAX_BYTES, size));
            FileContent.readFully(file, head, 0);
            return ByteBuffer.allocate((int) head.byteSize())
                    .put(head.asByteBuffer())
                    .flip();
        }
    }

    /** The whole file in memory of {@code arena}. */
    WhisperImage image(Arena arena) throws IOException {
        return image(file, status.size(), arena);
    }

    /** A whole open file in memory of {@code arena}; the caller holds its lock. */
    static WhisperImage image(Descriptor file, long size, Arena arena) throws IOException {
        // Before memory is spent: whether the file is worth reading at all.
        WhisperHeader.parse(head(file, size), size, file.path());
        if (size > Integer.MAX_VALUE) {
            throw new UnsupportedWhisperFormatException(
                    file.path(), 0, "it is too long to be filled in memory", size + " bytes", "less than 2 GiB");
        }
        MemorySegment bytes = arena.allocate(size);
        FileContent.readFully(file, bytes, 0);
        return WhisperImage.of(bytes.asByteBuffer(), file.path());
    }

    /** Copies the content, holes as holes, into an empty file. */
    void copyTo(Descriptor empty) throws IOException {
        long size = status.size();
        long end = 0;
        long data = file.seekData(0);
        while (data >= 0 && data < size) {
            end = Math.min(size, file.seekHole(data));
            copy(empty, data, end - data);
            data = end < size ? file.seekData(end) : -1;
        }
        if (end < size) {
            FileContent.truncate(empty, size);
        }
    }

    private void copy(Descriptor to, long offset, long length) throws IOException {
        long copied = FileContent.copy(file, to, offset, length);
        if (copied == length) {
            return;
        }
        if (copied >= 0) {
            throw new EOFException(file.path() + " became shorter while it was read");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.min(length, 1 << 18));
            for (long done = 0; done < length; done += buffer.byteSize()) {
                MemorySegment part = buffer.asSlice(0, Math.min(buffer.byteSize(), length - done));
                FileContent.readFully(file, part, offset + done);
                FileContent.write(to, part, offset + done);
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
