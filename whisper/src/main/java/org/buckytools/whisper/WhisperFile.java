package org.buckytools.whisper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Flock;
import org.buckytools.whisper.posix.OpenFlag;

/**
 * An open Whisper file: points are fetched from it and written to it.
 *
 * <p>Nothing is cached but the header, so that what other processes write is seen. Every read and write goes to the operating
 * system at once; {@link #sync} makes writes durable. Not safe for use by several threads.
 */
public final class WhisperFile implements AutoCloseable {
    /** What a file is opened for. */
    public enum Access {
        READ,
        /** For reading and writing. */
        WRITE
    }

    /** What a new file takes on the disk. */
    public enum Allocation {
        /** All its space at once: writing points can later not fail for lack of it. */
        DENSE,
        /** Only what has been written. */
        SPARSE
    }

    /** What to do about a file that is there already. */
    public enum Existing {
        REFUSE,
        /** Empty it, in place and under its lock; the points in it are gone. */
        REPLACE
    }

    private static final int ZEROS_BYTES = 1 << 16;
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    private final FileChannel channel;
    private final Optional<Flock> lock;
    private final WhisperHeader header;
    private final String file;

    private WhisperFile(FileChannel channel, Optional<Flock> lock, String file) throws IOException {
        this.channel = channel;
        this.lock = lock;
        this.header = WhisperHeader.read(channel, file);
        this.file = file;
    }

    /**
     * Opens a file without locking it.
     *
     * @throws CorruptWhisperFileException if it is none
     * @throws UnsupportedWhisperFormatException if it is one of another format
     */
    public static WhisperFile open(Path path, Access access) throws IOException {
        FileChannel channel = openChannel(path, access);
        boolean opened = false;
        try {
            WhisperFile result = new WhisperFile(channel, Optional.empty(), path.toString());
            opened = true;
            return result;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /**
     * Opens a file and holds its {@code flock} until it is closed: shared for reading, exclusive for writing.
     *
     * @param lockTimeout how long to wait for others; zero tries once
     * @throws CorruptWhisperFileException if it is none
     * @throws UnsupportedWhisperFormatException if it is one of another format
     * @throws org.buckytools.whisper.posix.LockTimeoutException if others held the lock all the time
     */
    public static WhisperFile openLocked(Path path, Access access, Duration lockTimeout) throws IOException {
        Flock lock = access == Access.WRITE ? Flock.exclusive(path, lockTimeout) : Flock.shared(path, lockTimeout);
        FileChannel channel = null;
        boolean opened = false;
        try {
            // The very file that was locked, whatever has its name by now.
            channel = openChannel(lock.descriptor().reopenPath(), access);
            WhisperFile result = new WhisperFile(channel, Optional.of(lock), path.toString());
            opened = true;
            return result;
        } finally {
            if (!opened) {
                closeBoth(channel, lock);
            }
        }
    }

    private static FileChannel openChannel(Path path, Access access) throws IOException {
        return access == Access.WRITE
                ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : FileChannel.open(path, StandardOpenOption.READ);
    }

    private static void closeBoth(FileChannel channel, Flock lock) throws IOException {
        try (lock) {
            if (channel != null) {
                channel.close();
            }
        }
    }

    /**
     * Makes a file without points. If that fails, a file that was made for it is removed again.
     *
     * @param header as of {@link WhisperHeader#create}
     * @throws org.buckytools.whisper.posix.PosixException with {@code EEXIST} if there is a file and it is not to be
     *     replaced; with {@code ENOSPC} if a dense file finds no space
     * @throws org.buckytools.whisper.posix.LockTimeoutException if a file to be replaced stays locked for 30 seconds
     */
    public static void create(Path path, WhisperHeader header, Allocation allocation, Existing existing)
            throws IOException {
        if (existing == Existing.REPLACE && Files.exists(path)) {
            try (Flock lock = Flock.exclusive(path, LOCK_TIMEOUT);
                    Descriptor descriptor = Descriptor.open(lock.descriptor().reopenPath(), OpenFlag.WRITE)) {
                layOut(descriptor, header, allocation);
            }
            return;
        }
        try (Descriptor descriptor = Descriptor.open(path, OpenFlag.WRITE, OpenFlag.CREATE_NEW)) {
            boolean complete = false;
            try {
                layOut(descriptor, header, allocation);
                complete = true;
            } finally {
                if (!complete) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    /** Gives a file its length first and its header last, so that one cut short is not taken for a Whisper file. */
    private static void layOut(Descriptor descriptor, WhisperHeader header, Allocation allocation) throws IOException {
        try (FileChannel channel = openChannel(descriptor.reopenPath(), Access.WRITE)) {
            channel.truncate(0);
            long size = header.fileSize();
            if (allocation == Allocation.SPARSE) {
                channel.write(ByteBuffer.allocate(1), size - 1);
            } else if (!descriptor.allocate(0, size)) {
                writeZeros(channel, size);
            }
            ByteBuffer bytes = ByteBuffer.allocate(header.headerSize());
            header.write(bytes);
            SlotIo.writeFully(channel, bytes.flip(), 0);
        }
    }

    private static void writeZeros(FileChannel channel, long size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(ZEROS_BYTES);
        for (long at = 0; at < size; at += ZEROS_BYTES) {
            zeros.position(0).limit((int) Math.min(ZEROS_BYTES, size - at));
            SlotIo.writeFully(channel, zeros, at);
        }
    }

    public WhisperHeader header() {
        return header;
    }

    /** The path it was opened by, which is what its error messages call it. */
    public String file() {
        return file;
    }

    /** The open file, for those who work on whole archives; it is closed with this. */
    public FileChannel channel() {
        return channel;
    }

    /** Reads a whole archive. */
    public Archive readArchive(ArchiveInfo archive) throws IOException {
        return Archive.read(channel, archive, file);
    }

    /**
     * Brings the points after {@code from} up to {@code until}, from the finest archive that covers {@code from}. As in
     * Python Whisper, both ends move to the next multiple of the step strictly above, the later one exclusive, and a span
     * that lies in one step brings one slot. Only these slots are read.
     *
     * @param now the present, in seconds since the epoch; the span is cut to what the file keeps and to the present
     * @return empty if the whole span is in the future or older than what the file keeps
     * @throws IllegalArgumentException if {@code from} is after {@code until}
     */
    public Optional<Series> fetch(long from, long until, long now) throws IOException {
        if (from > until) {
            throw new IllegalArgumentException("the span to fetch ends before it begins: " + from + " to " + until);
        }
        long oldest = now - header.maxRetention();
        if (from > now || until < oldest) {
            return Optional.empty();
        }
        long start = Math.max(from, oldest);
        long end = Math.min(until, now);
        List<ArchiveInfo> archives = header.archives();
        ArchiveInfo archive = archives.stream()
                .filter(each -> each.retention() >= now - start)
                .findFirst()
                .orElseGet(archives::getLast);
        // The header may state a longer retention than any archive has.
        long covered = Math.max(start, now - archive.retention());
        return Optional.of(fetch(archive, covered, Math.max(covered, end)));
    }

    private Series fetch(ArchiveInfo archive, long start, long end) throws IOException {
        long step = archive.secondsPerPoint();
        long first = archive.align(start) + step;
        long behind = Math.max(archive.align(end) + step, first + step);
        int count = (int) ((behind - first) / step);
        double[] values = new double[count];
        boolean[] known = new boolean[count];
        long base = SlotIo.readBase(channel, archive, file);
        if (base != 0) {
            Slots slots = Slots.read(channel, archive, archive.slot(base, first), archive.slot(base, behind), file);
            for (int i = 0; i < count; i++) {
                known[i] = slots.time(i) == first + i * step;
                values[i] = slots.value(i);
            }
        }
        return new Series(first, step, values, known);
    }

    /**
     * Writes one point to the finest archive that covers its age, and propagates it.
     *
     * @param now the present, in seconds since the epoch
     * @throws IllegalArgumentException if the point is later than {@code now} or older than what the file keeps
     */
    public void update(Point point, long now) throws IOException {
        new Updater(channel, header, file).update(point, now);
    }

    /**
     * Writes points, each to the finest archive that covers its age, and propagates them. Points in the future go to the
     * first archive, those older than what the file keeps nowhere. Of several points in one step of an archive the newest
     * stays, of several at one second the one that comes first in {@code points}.
     *
     * @param points in any order
     * @param now the present, in seconds since the epoch
     */
    public void updateMany(Collection<Point> points, long now) throws IOException {
        new Updater(channel, header, file).updateMany(points, now);
    }

    /** Waits until what was written is on the disk. */
    public void sync() throws IOException {
        channel.force(false);
    }

    /** Closes the file and releases its lock, the latter in any case. */
    @Override
    public void close() throws IOException {
        if (lock.isPresent()) {
            closeBoth(channel, lock.get());
        } else {
            channel.close();
        }
    }

    @Override
    public String toString() {
        return file;
    }
}
