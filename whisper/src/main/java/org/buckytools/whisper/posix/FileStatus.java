package org.buckytools.whisper.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    static final int MODE = 28;
    static final int SIZE = 40;
    static final int BLOCKS = 48;

    private static final byte[] NO_NAME = {};

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
        try (CallMemory call = CallMemory.take()) {
            int result = Libc.statx(call, descriptor.number(), call.name(NO_NAME), Libc.AT_EMPTY_PATH);
            if (result < 0) {
                throw new PosixException("statx", descriptor.path(), -result);
            }
            return read(call.fields());
        }
    }

    /**
     * Of an entry of an open directory, a symbolic link itself if it is one.
     *
     * @param name as the directory has it, byte for byte
     */
    public static FileStatus ofEntry(Descriptor directory, byte[] name) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            int result = Libc.statx(call, directory.number(), call.name(name), Libc.AT_SYMLINK_NOFOLLOW);
            if (result < 0) {
                throw new PosixException("statx", PosixFiles.display(directory.path(), name), -result);
            }
            return read(call.fields());
        }
    }

    private static FileStatus orThrow(Path path, Optional<FileStatus> status) throws PosixException {
        return status.orElseThrow(() -> new PosixException("statx", path.toString(), Errno.ENOENT));
    }

    private static Optional<FileStatus> read(String path, int flags) throws PosixException {
        try (CallMemory call = CallMemory.take()) {
            int result = Libc.statx(call, Libc.AT_FDCWD, call.name(path), flags);
            if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
                return Optional.empty();
            }
            return Optional.of(read(result, call, path, ""));
        }
    }

    /**
     * What a call has brought.
     *
     * @param result of the call
     * @param directory what messages call the file, as for {@link Descriptor#of}
     * @param name the rest of that
     */
    static FileStatus read(int result, CallMemory call, String directory, String name) throws PosixException {
        if (result < 0) {
            throw new PosixException("statx", PosixFiles.shown(directory, name), -result);
        }
        return read(call.fields());
    }

    private static FileStatus read(ByteBuffer fields) {
        int at = CallMemory.RECORD;
        return new FileStatus(
                (long) fields.getInt(at + 136) << 32 | Integer.toUnsignedLong(fields.getInt(at + 140)),
                fields.getLong(at + 32),
                Short.toUnsignedInt(fields.getShort(at + MODE)),
                fields.getInt(at + 16),
                fields.getInt(at + 20),
                fields.getInt(at + 24),
                fields.getLong(at + SIZE),
                fields.getLong(at + BLOCKS),
                fields.getLong(at + 112),
                fields.getInt(at + 120),
                fields.getLong(at + 96),
                fields.getInt(at + 104));
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
