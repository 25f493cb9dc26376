package org.buckytools.whisper.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Looks up the sizes of directory entries, of thousands one after the other, without an object for any of them. For the thread
 * that made it, which closes it too.
 */
public final class EntrySizes implements AutoCloseable {
    /** The longest name of an entry, and the zero byte behind it. */
    private static final int NAME_BYTES = 256;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(Libc.STATE);
    private final MemorySegment status = arena.allocate(CallMemory.RECORD_BYTES, Long.BYTES);
    private final MemorySegment name = arena.allocate(NAME_BYTES);

    /** Takes the memory that it needs. */
    public EntrySizes() {}

    /**
     * Looks up an entry, a symbolic link itself if it is one.
     *
     * @param bytes hold the entry's name, as the directory has it, in {@code [from, to)}; without a NUL
     * @return false if there is no such entry
     */
    public boolean find(Descriptor directory, byte[] bytes, int from, int to) throws IOException {
        int length = to - from;
        int result = -Errno.ENAMETOOLONG;
        if (length < NAME_BYTES) {
            MemorySegment.copy(bytes, from, name, JAVA_BYTE, 0, length);
            name.set(JAVA_BYTE, length, (byte) 0);
            result = Libc.statx(state, directory.number(), name.address(), Libc.AT_SYMLINK_NOFOLLOW, status.address());
        }
        if (result == -Errno.ENOENT) {
            return false;
        }
        if (result < 0) {
            byte[] entry = Arrays.copyOfRange(bytes, from, to);
            throw new PosixException("statx", PosixFiles.display(directory.path(), entry), -result);
        }
        return true;
    }

    /** Whether the entry found last is a regular file. */
    public boolean isRegularFile() {
        return FileType.ofDirectoryEntry(Short.toUnsignedInt(status.get(JAVA_SHORT, FileStatus.MODE)) >> 12)
                == FileType.REGULAR;
    }

    /** The apparent size of the entry found last, in bytes. */
    public long size() {
        return status.get(JAVA_LONG, FileStatus.SIZE);
    }

    /** The space that the entry found last takes on the disk, in bytes. */
    public long allocatedBytes() {
        return status.get(JAVA_LONG, FileStatus.BLOCKS) * FileStatus.BLOCK_BYTES;
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        arena.close();
    }
}
