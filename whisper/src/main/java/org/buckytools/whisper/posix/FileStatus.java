package org.buckytools.whisper.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code statx(2)} tells about a file, in one call.
 *
 * @param device major and minor number in the upper and lower 32 bits; only good for comparing
 * @param mode type and permission bits
 * @param links number of names
 * @param uid owner; numbers from 2^31 on are negative here
 * @param gid group; numbers from 2^31 on are negative here
 * @param size apparent size in bytes
 * @param blocks space taken, in units of 512 bytes
 * @param modifiedSeconds seconds since the epoch of the last change of the content, before 1970 negative
 * @param modifiedNanos to be added, 0 to 999,999,999
 * @param changedSeconds seconds since the epoch of the last change of content, name count, owner or mode
 */
public record FileStatus(
        long device,
        long inode,
        int mode,
        int links,
        int uid,
        int gid,
        long size,
        long blocks,
        long modifiedSeconds,
        int modifiedNanos,
        long changedSeconds,
        int changedNanos) {

    // Layout of struct statx (linux/stat.h), the same on every architecture.
    static final long STATX_BYTES = 256;
    static final long MODE = 28;
    static final long SIZE = 40;
    static final long BLOCKS = 48;

    /** The unit of {@link #blocks}, whatever the file system has. */
    static final int BLOCK_BYTES = 512;

    /** Of the file a path leads to, through symbolic links. */
    public static FileStatus of(Path path) throws PosixException {
        return orThrow(path, read(path.toString(), 0));
    }

    /** Of the thing at a path, a symbolic link itself if it is one. */
    public static FileStatus ofLink(Path path) throws PosixException {
        return orThrow(path, read(path.toString(), Libc.AT_SYMLINK_NOFOLLOW));
    }

    /** As {@link #ofLink}; empty if there is nothing at the path, or no directory on the way to it. */
    public static Optional<FileStatus> find(Path path) throws PosixException {
        return read(path.toString(), Libc.AT_SYMLINK_NOFOLLOW);
    }

    /** Of an open file, whatever its name is by now. */
    public static FileStatus of(Descriptor descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(STATX_BYTES, Long.BYTES);
            int result = Libc.statx(arena, descriptor.number(), Libc.name(arena, ""), Libc.AT_EMPTY_PATH, into);
            return checked(result, descriptor.path(), into);
        }
    }

    /**
     * Of an entry of an open directory, a symbolic link itself if it is one.
     *
     * @param name as the directory has it, byte for byte
     */
    public static FileStatus ofEntry(Descriptor directory, byte[] name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(STATX_BYTES, Long.BYTES);
            int result = Libc.statx(arena, directory.number(), Libc.name(arena, name), Libc.AT_SYMLINK_NOFOLLOW, into);
            return checked(result, PosixFiles.display(directory.path(), name), into);
        }
    }

    private static FileStatus orThrow(Path path, Optional<FileStatus> status) throws PosixException {
        return status.orElseThrow(() -> new PosixException("statx", path.toString(), Errno.ENOENT));
    }

    private static Optional<FileStatus> read(String path, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(STATX_BYTES, Long.BYTES);
            int result = Libc.statx(arena, Libc.AT_FDCWD, Libc.name(arena, path), flags, into);
            if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
                return Optional.empty();
            }
            return Optional.of(checked(result, path, into));
        }
    }

    static FileStatus checked(int result, String path, MemorySegment statx) throws PosixException {
        if (result < 0) {
            throw new PosixException("statx", path, -result);
        }
        return new FileStatus(
                (long) statx.get(JAVA_INT, 136) << 32 | Integer.toUnsignedLong(statx.get(JAVA_INT, 140)),
                statx.get(JAVA_LONG, 32),
                Short.toUnsignedInt(statx.get(JAVA_SHORT, MODE)),
                statx.get(JAVA_INT, 16),
                statx.get(JAVA_INT, 20),
                statx.get(JAVA_INT, 24),
                statx.get(JAVA_LONG, SIZE),
                statx.get(JAVA_LONG, BLOCKS),
                statx.get(JAVA_LONG, 112),
                statx.get(JAVA_INT, 120),
                statx.get(JAVA_LONG, 96),
                statx.get(JAVA_INT, 104));
    }

    /** What the file is; never {@link FileType#UNKNOWN}. */
    public FileType type() {
        return FileType.ofDirectoryEntry(mode >> 12);
    }

    public boolean isRegularFile() {
        return type() == FileType.REGULAR;
    }

    public boolean isDirectory() {
        return type() == FileType.DIRECTORY;
    }

    /** The permission bits, set-id and sticky bits included: {@code 0644}. */
    public int permissions() {
        return mode & 07777;
    }

    /** The space the file takes on the disk, in bytes. */
    public long allocatedBytes() {
        return blocks * BLOCK_BYTES;
    }

    /** Whether both are of one file, by whatever names. Only for files that are not deleted in between. */
    public boolean isSameFile(FileStatus other) {
        return device == other.device && inode == other.inode;
    }
}
