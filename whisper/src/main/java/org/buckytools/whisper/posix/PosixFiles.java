package org.buckytools.whisper.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
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
        try (CallMemory call = CallMemory.take()) {
            result = Libc.renameat2(
                    call, call.name(from.toString()), call.secondName(to.toString()), Libc.RENAME_NOREPLACE);
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
        try (CallMemory call = CallMemory.take()) {
            long oldName = call.name(from.toString());
            int result = Libc.link(call, oldName, call.secondName(to.toString()));
            if (result == -Errno.EEXIST) {
                return false;
            }
            check("link", result, from + " to " + to);
            check("unlink", Libc.unlinkat(call, Libc.AT_FDCWD, oldName), from.toString());
            return true;
        }
    }

    /**
     * Removes a file from an open directory.
     *
     * @param name as the directory has it, byte for byte
     */
    public static void unlinkAt(Descriptor directory, byte[] name) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            check("unlink", Libc.unlinkat(call, directory.number(), call.name(name)), display(directory.path(), name));
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
        try (CallMemory call = CallMemory.take()) {
            long name = call.name(path.toString());
            check(
                    "chown",
                    Libc.fchownat(call, Libc.AT_FDCWD, name, uid, gid, Libc.AT_SYMLINK_NOFOLLOW),
                    path.toString());
        }
    }

    /** Sets the permission bits of the file a path leads to, whatever the umask. */
    public static void changeMode(Path path, int mode) throws PosixException {
        try (CallMemory call = CallMemory.take()) {
            check("chmod", Libc.chmod(call, call.name(path.toString()), mode), path.toString());
        }
    }

    /** A directory's entry as messages show it; bytes that are not UTF-8 become replacement characters. */
    static String display(String directory, byte[] name) {
        return directory + "/" + new String(name, UTF_8);
    }

    /** A path as messages show it, of which the last part may be empty. */
    static String shown(String directory, String name) {
        return name.isEmpty() ? directory : directory + "/" + name;
    }

    private static void check(String call, int result, String path) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, path, -result);
        }
    }
}
