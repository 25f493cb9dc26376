package org.buckytools.whisper.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Calls that take a path. */
public final class PosixFiles {
    private PosixFiles() {}

    /**
     * Renames a file in one step that never replaces another.
     *
     * <p>Where the file system cannot do that, the file is linked to its new name, which replaces nothing either, and its old
     * name removed; for a moment, and after a crash in it, there are both names.
     *
     * @return false if there is something at {@code to} already, and nothing was done
     */
    public static boolean renameNoReplace(Path from, Path to) throws PosixException {
        int result;
        try (Arena arena = Arena.ofConfined()) {
            result = Libc.renameat2(
                    arena, Libc.name(arena, from.toString()), Libc.name(arena, to.toString()), Libc.RENAME_NOREPLACE);
        }
        return switch (-result) {
            case Errno.EEXIST -> false;
            case Errno.EINVAL, Errno.ENOSYS -> linkAndUnlink(from, to);
            default -> {
                check("renameat2", result, from + " to " + to);
                yield true;
            }
        };
    }

    /** What {@link #renameNoReplace} falls back to. */
    static boolean linkAndUnlink(Path from, Path to) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment oldName = Libc.name(arena, from.toString());
            int result = Libc.link(arena, oldName, Libc.name(arena, to.toString()));
            if (result == -Errno.EEXIST) {
                return false;
            }
            check("link", result, from + " to " + to);
            check("unlink", Libc.unlinkat(arena, Libc.AT_FDCWD, oldName), from.toString());
            return true;
        }
    }

    /**
     * Removes a file from an open directory.
     *
     * @param name as the directory has it, byte for byte
     */
    public static void unlinkAt(Descriptor directory, byte[] name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            check(
                    "unlink",
                    Libc.unlinkat(arena, directory.number(), Libc.name(arena, name)),
                    display(directory.path(), name));
        }
    }

    /** Waits until the entries of a directory are on the disk: after making, renaming or removing files in it. */
    public static void syncDirectory(Path directory) throws IOException {
        try (Descriptor descriptor = Descriptor.open(directory, OpenFlag.DIRECTORY)) {
            descriptor.sync();
        }
    }

    /**
     * Changes owner and group; of a symbolic link, the link's own.
     *
     * @param uid -1 keeps the owner
     * @param gid -1 keeps the group
     */
    public static void changeOwner(Path path, int uid, int gid) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = Libc.name(arena, path.toString());
            check(
                    "chown",
                    Libc.fchownat(arena, Libc.AT_FDCWD, name, uid, gid, Libc.AT_SYMLINK_NOFOLLOW),
                    path.toString());
        }
    }

    /** Sets the permission bits of the file a path leads to, whatever the umask. */
    public static void changeMode(Path path, int mode) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            check("chmod", Libc.chmod(arena, Libc.name(arena, path.toString()), mode), path.toString());
        }
    }

    /** A directory's entry as messages show it; bytes that are not UTF-8 become replacement characters. */
    static String display(String directory, byte[] name) {
        return directory + "/" + new String(name, UTF_8);
    }

    private static void check(String call, int result, String path) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, path, -result);
        }
    }
}
