package org.buckytools.whisper.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory and what is below it, for names that come from strangers: no symbolic link below the root is followed, not even
 * one that is put there at the very moment, and nothing outside is reached. The root itself may be a link.
 *
 * <p>Paths are relative to the root, {@code a/b/c.wsp}. The kernel resolves each in one call ({@code openat2(2)}; where that is
 * missing, before Linux 5.6 or in a sandbox, part by part). A directory so opened can be worked in through the static methods
 * here, which take a name without a slash.
 */
public final class FileTree implements AutoCloseable {
    private static final long SYS_OPENAT2 = 437;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;
    // struct open_how: flags, mode, resolve.
    private static final long OPEN_HOW_BYTES = 24;

    private static final int O_NONBLOCK = 0x800;
    private static final int O_PATH = 0x200000;
    private static final int AT_REMOVEDIR = 0x200;

    private final Descriptor root;
    private volatile boolean resolvesInOneCall = true;

    private FileTree(Descriptor root) {
        this.root = root;
    }

    /**
     * Opens a tree.
     *
     * @throws PosixException with {@link Errno#ENOTDIR} if {@code root} leads to no directory
     */
    public static FileTree open(Path root) throws PosixException {
        return new FileTree(Descriptor.open(root, OpenFlag.DIRECTORY));
    }

    /** The root directory. It is closed with the tree. */
    public Descriptor root() {
        return root;
    }

    /** Does as on a system without {@code openat2(2)}, for tests. */
    void resolvePartByPart() {
        resolvesInOneCall = false;
    }

    private static final class Openat2 {
        static final MethodHandle HANDLE = Libc.function(
                "syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
    }

    private static int openat2(CallMemory call, int directory, long name, int flags) {
        try {
            call.fields()
                    .putLong(CallMemory.RECORD, flags | Libc.O_CLOEXEC)
                    .putLong(CallMemory.RECORD + 8, 0)
                    .putLong(CallMemory.RECORD + 16, RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH);
            MemorySegment state = call.state();
            int result;
            do {
                result = (int) Libc.result(
                        (long) Openat2.HANDLE.invokeExact(
                                state, SYS_OPENAT2, directory, name, call.record(), OPEN_HOW_BYTES),
                        state);
                // EAGAIN: a directory on the way was renamed at this moment, and the kernel could not be sure.
            } while (result == -Errno.EINTR || (result == -Errno.EAGAIN && (flags & O_NONBLOCK) == 0));
            return result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /**
     * Opens what is at a path. Never waits: not for the other end of a pipe, nor for a lease that another process has on the
     * file ({@link Errno#EAGAIN} then).
     *
     * @param path relative to the root; empty for the root itself
     * @return empty if there is nothing there
     * @throws PosixException with {@link Errno#ELOOP} if a part of the path is a link, with {@link Errno#ENOTDIR} if one that
     *     should be a directory is none
     */
    public Optional<Descriptor> find(String path, OpenFlag... options) throws IOException {
        int result = open(path, OpenFlag.flags(options) | Libc.O_NOFOLLOW | O_NONBLOCK);
        return result == -Errno.ENOENT ? Optional.empty() : Optional.of(Descriptor.of(result, root.path(), path));
    }

    private int open(String path, int flags) throws IOException {
        String name = path.isEmpty() ? "." : path;
        if (resolvesInOneCall) {
            int result;
            try (CallMemory call = CallMemory.take()) {
                result = openat2(call, root.number(), call.name(name), flags);
            }
            if (result != -Errno.ENOSYS && result != -Errno.EPERM) {
                return result;
            }
            // Sandboxes refuse calls that they do not know with either error. A file's own EPERM is the same part by
            // part.
            if (result == -Errno.ENOSYS) {
                resolvesInOneCall = false;
            }
        }
        return openPartByPart(name, flags);
    }

    private int openPartByPart(String path, int flags) throws IOException {
        int directory = root.number();
        int start = 0;
        while (true) {
            int slash = path.indexOf('/', start);
            boolean last = slash < 0;
            String part = last ? path.substring(start) : path.substring(start, slash);
            int partFlags = last ? flags : Libc.O_DIRECTORY | Libc.O_NOFOLLOW | O_PATH;
            // The way up may lead out of the tree; openat2 has the same answer for one that does.
            int next = part.equals("..") ? -Errno.EXDEV : openat(directory, part, partFlags, 0);
            if (directory != root.number()) {
                Libc.close(directory);
            }
            if (last || next < 0) {
                return next;
            }
            directory = next;
            start = slash + 1;
        }
    }

    private static int openat(int directory, String name, int flags, int mode) {
        try (CallMemory call = CallMemory.take()) {
            return Libc.openat(call, directory, call.name(name), flags, mode);
        }
    }

    /**
     * Opens an entry of a directory as {@link #find} does.
     *
     * @return empty if there is none, or if the directory itself was removed
     */
    public static Optional<Descriptor> find(Descriptor directory, String name, OpenFlag... options) throws IOException {
        return open(directory, name, OpenFlag.flags(options) | Libc.O_NOFOLLOW | O_NONBLOCK, 0, -Errno.ENOENT);
    }

    /**
     * Makes a file and opens it for reading and writing.
     *
     * @param mode permission bits, less the process's umask
     * @return empty if there is something of that name
     * @throws PosixException with {@link Errno#ENOENT} if the directory itself was removed
     */
    public static Optional<Descriptor> create(Descriptor directory, String name, int mode) throws IOException {
        return open(directory, name, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW, mode, -Errno.EEXIST);
    }

    private static Optional<Descriptor> open(Descriptor directory, String name, int flags, int mode, int none)
            throws IOException {
        int result = openat(directory.number(), name, flags, mode);
        return result == none ? Optional.empty() : Optional.of(Descriptor.of(result, directory.path(), name));
    }

    /** The status of an entry, of a link itself if it is one; empty if there is none. */
    public static Optional<FileStatus> status(Descriptor directory, String name) throws IOException {
        return status(directory.number(), name, Libc.AT_SYMLINK_NOFOLLOW, directory.path());
    }

    /**
     * The status of what is at a path; empty if there is nothing there.
     *
     * @param path relative to the root
     * @throws PosixException as from {@link #find(String, OpenFlag...)}
     */
    public Optional<FileStatus> status(String path) throws IOException {
        int opened = open(path, O_PATH | Libc.O_NOFOLLOW);
        if (opened == -Errno.ENOENT) {
            return Optional.empty();
        }
        try (Descriptor there = Descriptor.of(opened, root.path(), path)) {
            return status(there.number(), "", Libc.AT_EMPTY_PATH, there.path());
        }
    }

    private static Optional<FileStatus> status(int directory, String name, int flags, String shown)
            throws PosixException {
        try (CallMemory call = CallMemory.take()) {
            int result = Libc.statx(call, directory, call.name(name), flags);
            return result == -Errno.ENOENT ? Optional.empty() : Optional.of(FileStatus.read(result, call, shown, name));
        }
    }

    private static final class Mkdirat {
        static final MethodHandle HANDLE =
                Libc.function("mkdirat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    /**
     * Makes a directory.
     *
     * @param mode permission bits, less the process's umask
     * @return false if there is something of that name, a link or file perhaps
     * @throws PosixException with {@link Errno#ENOENT} if the parent itself was removed
     */
    public static boolean createDirectory(Descriptor parent, String name, int mode) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            int result = (int)
                    Libc.result((int) Mkdirat.HANDLE.invokeExact(state, parent.number(), call.name(name), mode), state);
            return happened("mkdir", parent, name, result, -Errno.EEXIST);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static final class Unlinkat {
        static final MethodHandle HANDLE =
                Libc.function("unlinkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    private static int unlinkat(Descriptor directory, String name, int flags) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return (int) Libc.result(
                    (int) Unlinkat.HANDLE.invokeExact(state, directory.number(), call.name(name), flags), state);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** Removes a name; false if there is none. */
    public static boolean remove(Descriptor directory, String name) throws IOException {
        return happened("unlink", directory, name, unlinkat(directory, name, 0), -Errno.ENOENT);
    }

    /** Removes a directory if it is empty; false if it is not, is in use, or is not there. */
    public static boolean removeEmptyDirectory(Descriptor parent, String name) throws IOException {
        int result = unlinkat(parent, name, AT_REMOVEDIR);
        return switch (-result) {
            case Errno.ENOTEMPTY, Errno.EEXIST, Errno.EBUSY, Errno.ENOENT -> false;
            default -> happened("rmdir", parent, name, result, 0);
        };
    }

    /**
     * Removes an open directory if it is empty; false if it is not, is in use, or has another name by now.
     *
     * @param name that it has in the directory above, wherever that is: whatever empty directory has it there is removed
     */
    public static boolean removeIfEmpty(Descriptor directory, String name) throws IOException {
        return removeEmptyDirectory(directory, "../" + name);
    }

    private static final class Renameat2 {
        static final MethodHandle HANDLE = Libc.function(
                "renameat2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    private static final class Linkat {
        static final MethodHandle HANDLE = Libc.function(
                "linkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    /**
     * Renames a file in one step that never replaces another; see {@link PosixFiles#renameNoReplace}.
     *
     * @return false if there is something of the new name already, and nothing was done
     * @throws PosixException with {@link Errno#ENOENT} if the file, or the directory it goes to, is not there
     */
    public static boolean renameNoReplace(Descriptor from, String name, Descriptor to, String newName)
            throws IOException {
        int result;
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            long oldC = call.name(name);
            long newC = call.secondName(newName);
            result = (int) Libc.result(
                    (int) Renameat2.HANDLE.invokeExact(
                            state, from.number(), oldC, to.number(), newC, Libc.RENAME_NOREPLACE),
                    state);
            if (result == -Errno.EINVAL || result == -Errno.ENOSYS) {
                result = (int) Libc.result(
                        (int) Linkat.HANDLE.invokeExact(state, from.number(), oldC, to.number(), newC, 0), state);
                if (result == 0) {
                    remove(from, name);
                }
            }
        } catch (Throwable e) {
            throw thrown(e);
        }
        return happened("rename", to, newName, result, -Errno.EEXIST);
    }

    private static boolean happened(String call, Descriptor directory, String name, int result, int refusal)
            throws PosixException {
        if (result == refusal && refusal != 0) {
            return false;
        }
        if (result < 0) {
            throw new PosixException(call, directory.path() + "/" + name, -result);
        }
        return true;
    }

    private static IOException thrown(Throwable e) {
        if (e instanceof IOException failure) {
            return failure;
        }
        throw Libc.unexpected(e);
    }

    @Override
    public void close() throws PosixException {
        root.close();
    }
}
