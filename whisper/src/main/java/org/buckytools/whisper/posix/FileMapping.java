package org.buckytools.whisper.posix;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Optional;

/**
 * A part of a file in memory, so that thousands of places in it are written without a system call for each.
 *
 * <p>A mapping costs the process nothing once it is closed, and is meant to be closed at once. What a system call would answer
 * with an error, a full disk for one, meets a store as a signal; so room is made for each page with {@link #prepare} before it
 * is stored to. What can still go wrong then, that another program cuts the file short, is an {@code IOException} of {@link
 * #store}. For the thread that made it.
 */
public final class FileMapping implements AutoCloseable {
    private final Descriptor file;
    private final long offset;
    private final long length;
    private final long address;
    private boolean closed;

    private FileMapping(Descriptor file, long offset, long length, long address) {
        this.file = file;
        this.offset = offset;
        this.length = length;
        this.address = address;
    }

    /** Stores to the mapped part, which is a buffer of numbers in the machine's own order: what is stored in bulk is copied as it is. */
    @FunctionalInterface
    public interface Stores {
        /** The buffer may not be used after this returns. */
        void into(IntBuffer part);
    }

    /** What {@link #of} begins and {@link #prepare} works with: the system's unit of memory, in bytes. */
    public static int pageSize() {
        return Libc.pageSize();
    }

    /**
     * Maps a part of a file.
     *
     * @param file open for writing; stays open
     * @param offset a multiple of {@link #pageSize}
     * @param length a multiple of four, at least that
     * @return empty if the system refuses: some file systems cannot do this
     */
    public static Optional<FileMapping> of(Descriptor file, long offset, long length) throws IOException {
        if (offset % pageSize() != 0 || length % Integer.BYTES != 0 || length < 1 || length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a mapping of " + length + " bytes from " + offset);
        }
        long address = Libc.mmap(length, Libc.MAP_SHARED, file.number(), offset);
        return address < 0 ? Optional.empty() : Optional.of(new FileMapping(file, offset, length, address));
    }

    /**
     * Makes room for stores to the pages that a range lies in: reads them, and takes space on the disk where the file has a
     * hole.
     *
     * @param from offset in the file
     * @param to offset in the file, not before {@code from}
     * @return false if the system cannot do that, as Linux before 5.14, or there is no room or no such page; then these pages may
     *     not be stored to
     */
    public boolean prepare(long from, long to) {
        int page = pageSize();
        long start = Math.floorDiv(from - offset, page) * (long) page;
        long end = Math.ceilDiv(to - offset, page) * (long) page;
        if (start < 0 || to > offset + length || closed) {
            throw new IllegalArgumentException("bytes " + from + " to " + to + " are not mapped");
        }
        // Looked up for reading many pages are found at once, which on tmpfs leaves little to do for writing. No matter
        // if it fails.
        Libc.madvise(address + start, end - start, Libc.MADV_POPULATE_READ);
        return Libc.madvise(address + start, end - start, Libc.MADV_POPULATE_WRITE) == 0;
    }

    /**
     * Runs stores. They are in the file when this returns, as if written; its time of last change need not have moved.
     *
     * @throws EOFException if the file became shorter meanwhile
     * @throws PosixException if a page was not there to store to
     */
    public void store(Stores stores) throws IOException {
        if (closed) {
            throw new IllegalStateException("the mapping of " + file.path() + " is closed");
        }
        // Without an arena, whose liveness each store would look at: the buffer is gone when this returns.
        IntBuffer part = MemorySegment.ofAddress(address)
                .reinterpret(length)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
        try {
            stores.into(part);
            // The JVM tells of a store that failed at the next call into the system at the latest: at this one.
            long size = FileStatus.of(file).size();
            if (size < offset + length) {
                throw new EOFException(file.path() + " became shorter while it was written: it has " + size + " bytes");
            }
        } catch (InternalError e) {
            IOException failure = new PosixException("a store to its mapping", file.path(), Errno.EIO);
            failure.initCause(e);
            throw failure;
        }
    }

    /** Ends the mapping; what was stored stays. */
    @Override
    public void close() throws PosixException {
        if (!closed) {
            closed = true;
            int result = Libc.munmap(address, length);
            if (result < 0) {
                throw new PosixException("munmap", file.path(), -result);
            }
        }
    }
}
