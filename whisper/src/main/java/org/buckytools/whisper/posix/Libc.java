package org.buckytools.whisper.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The functions of the C library, as thin as they can be: a result below zero is the negated error number, as the kernel
 * itself has it. Calls that a signal interrupted are made again where that is harmless. Pointers are passed as numbers, which
 * is cheaper: what they point to is a {@link CallMemory}, or memory that whoever calls keeps.
 *
 * <p>Each handle lives in a class of its own, so that a program pays only for those it uses (making one takes longer than
 * thousands of calls).
 */
final class Libc {
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_EMPTY_PATH = 0x1000;

    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");

    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_CLOEXEC = 0x80000;
    // The two flags that differ between the architectures (arch/arm64/include/uapi/asm/fcntl.h).
    static final int O_DIRECTORY = AARCH64 ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = AARCH64 ? 0x8000 : 0x20000;

    static final int LOCK_SH = 1;
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;
    static final int LOCK_UN = 8;

    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;

    static final int F_SETSIG = 10;
    static final int F_SETLEASE = 1024;
    static final int F_GETLEASE = 1025;
    static final int F_WRLCK = 1;
    static final int F_UNLCK = 2;
    static final int SIGURG = 23;

    static final int RENAME_NOREPLACE = 1;
    static final int SYNC_FILE_RANGE_WRITE = 2;
    static final long UTIME_OMIT = (1L << 30) - 2;
    static final int STATX_BASIC_STATS = 0x7ff;

    static final int PROT_READ_WRITE = 3;
    static final int MAP_SHARED = 0x01;
    static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    static final int MADV_POPULATE_READ = 22;
    static final int MADV_POPULATE_WRITE = 23;

    private static final long SYS_GETDENTS64 = AARCH64 ? 61 : 217;

    private static final Linker LINKER = Linker.nativeLinker();
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final ValueLayout.OfInt ERRNO = JAVA_INT;
    private static final long ERRNO_OFFSET = STATE.byteOffset(PathElement.groupElement("errno"));

    private Libc() {}

    static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        if (!os.equals("Linux") || !(arch.equals("amd64") || AARCH64)) {
            throw new UnsupportedOperationException(
                    "system calls are known for Linux on x86-64 and aarch64, not for " + os + " on " + arch);
        }
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        MemorySegment address = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no function " + name));
        return LINKER.downcallHandle(address, descriptor, all);
    }

    static long result(long returned, MemorySegment state) {
        return returned == -1 ? -state.get(ERRNO, ERRNO_OFFSET) : returned;
    }

    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            return exception;
        }
        return new IllegalStateException("a native call threw a checked exception", thrown);
    }

    private static final class Openat {
        static final MethodHandle HANDLE = function(
                "openat",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(3));
    }

    /** {@code openat(2)}, always with {@code O_CLOEXEC}. */
    static int openat(CallMemory call, int directory, long name, int flags, int mode) {
        try {
            MemorySegment state = call.state();
            int result;
            do {
                result = (int)
                        result((int) Openat.HANDLE.invokeExact(state, directory, name, flags | O_CLOEXEC, mode), state);
            } while (result == -Errno.EINTR);
            return result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Close {
        static final MethodHandle HANDLE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    /** {@code close(2)}; not repeated after a signal, since Linux has released the descriptor by then. */
    static int close(int fd) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return (int) result((int) Close.HANDLE.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Flock {
        static final MethodHandle HANDLE = function("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }

    static int flock(int fd, int operation) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            int result;
            do {
                result = (int) result((int) Flock.HANDLE.invokeExact(state, fd, operation), state);
            } while (result == -Errno.EINTR);
            return result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Fcntl {
        static final MethodHandle HANDLE = function(
                "fcntl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    static int fcntl(int fd, int command, int argument) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return (int) result((int) Fcntl.HANDLE.invokeExact(state, fd, command, argument), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Lseek {
        static final MethodHandle HANDLE =
                function("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    static long lseek(int fd, long offset, int whence) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return result((long) Lseek.HANDLE.invokeExact(state, fd, offset, whence), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Fallocate {
        static final MethodHandle HANDLE =
                function("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    }

    static int fallocate(int fd, int mode, long offset, long length) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            int result;
            do {
                result = (int) result((int) Fallocate.HANDLE.invokeExact(state, fd, mode, offset, length), state);
            } while (result == -Errno.EINTR);
            return result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Fsync {
        static final MethodHandle HANDLE = function("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    static int fsync(int fd) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            int result;
            do {
                result = (int) result((int) Fsync.HANDLE.invokeExact(state, fd), state);
            } while (result == -Errno.EINTR);
            return result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Fdatasync {
        static final MethodHandle HANDLE = function("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    static int fdatasync(int fd) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            int result;
            do {
                result = (int) result((int) Fdatasync.HANDLE.invokeExact(state, fd), state);
            } while (result == -Errno.EINTR);
            return result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class SyncFileRange {
        static final MethodHandle HANDLE =
                function("sync_file_range", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    static int syncFileRange(int fd, long offset, long length, int flags) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return (int) result((int) SyncFileRange.HANDLE.invokeExact(state, fd, offset, length, flags), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Fchownat {
        static final MethodHandle HANDLE = function(
                "fchownat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT));
    }

    static int fchownat(CallMemory call, int directory, long name, int uid, int gid, int flags) {
        try {
            MemorySegment state = call.state();
            return (int) result((int) Fchownat.HANDLE.invokeExact(state, directory, name, uid, gid, flags), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Futimens {
        static final MethodHandle HANDLE = function("futimens", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    /** {@code futimens(2)}; {@code times} is two of {@code struct timespec}, last access and last change. */
    static int futimens(CallMemory call, int fd, long times) {
        try {
            MemorySegment state = call.state();
            return (int) result((int) Futimens.HANDLE.invokeExact(state, fd, times), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Fchmod {
        static final MethodHandle HANDLE = function("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }

    static int fchmod(int fd, int mode) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return (int) result((int) Fchmod.HANDLE.invokeExact(state, fd, mode), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Chmod {
        static final MethodHandle HANDLE = function("chmod", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    static int chmod(CallMemory call, long name, int mode) {
        try {
            MemorySegment state = call.state();
            return (int) result((int) Chmod.HANDLE.invokeExact(state, name, mode), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Renameat2 {
        static final MethodHandle HANDLE = function(
                "renameat2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    static int renameat2(CallMemory call, long from, long to, int flags) {
        try {
            MemorySegment state = call.state();
            return (int) result((int) Renameat2.HANDLE.invokeExact(state, AT_FDCWD, from, AT_FDCWD, to, flags), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Link {
        static final MethodHandle HANDLE = function("link", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    }

    static int link(CallMemory call, long existing, long name) {
        try {
            MemorySegment state = call.state();
            return (int) result((int) Link.HANDLE.invokeExact(state, existing, name), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Unlinkat {
        static final MethodHandle HANDLE =
                function("unlinkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    }

    static int unlinkat(CallMemory call, int directory, long name) {
        try {
            MemorySegment state = call.state();
            return (int) result((int) Unlinkat.HANDLE.invokeExact(state, directory, name, 0), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Statx {
        static final MethodHandle HANDLE =
                function("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    /** {@code statx(2)} into the record of {@code call}. */
    static int statx(CallMemory call, int directory, long name, int flags) {
        return statx(call.state(), directory, name, flags, call.record());
    }

    /** As the other one, with memory of its own. */
    static int statx(MemorySegment state, int directory, long name, int flags, long into) {
        try {
            return (int) result(
                    (int) Statx.HANDLE.invokeExact(state, directory, name, flags, STATX_BASIC_STATS, into), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Mmap {
        static final MethodHandle HANDLE = function(
                "mmap",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    /** {@code mmap(2)} for reading and writing: an address, or a negated error number. */
    static long mmap(long length, int flags, int fd, long offset) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return result((long) Mmap.HANDLE.invokeExact(state, 0L, length, PROT_READ_WRITE, flags, fd, offset), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Munmap {
        static final MethodHandle HANDLE = function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    }

    static int munmap(long address, long length) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return (int) result((int) Munmap.HANDLE.invokeExact(state, address, length), state);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class Madvise {
        static final MethodHandle HANDLE =
                function("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    static int madvise(long address, long length, int advice) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            int result;
            do {
                result = (int) result((int) Madvise.HANDLE.invokeExact(state, address, length, advice), state);
            } while (result == -Errno.EINTR);
            return result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static final class PageSize {
        static final int BYTES = ask();

        private static int ask() {
            MethodHandle handle = function("getpagesize", FunctionDescriptor.of(JAVA_INT));
            try (CallMemory call = CallMemory.take()) {
                return (int) handle.invokeExact(call.state());
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
    }

    /** The unit in which memory is mapped, in bytes: 4096, on some kernels for aarch64 more. */
    static int pageSize() {
        return PageSize.BYTES;
    }

    private static final class Getdents64 {
        // Not readdir: that tells an error from the end by errno alone, which would have to be cleared before the call;
        // and
        // one call of this one brings hundreds of entries. The C library's own getdents64 is younger than some in use.
        static final MethodHandle HANDLE = function(
                "syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
    }

    /** Fills {@code into} with as many {@code linux_dirent64} as fit; 0 at the end of the directory. */
    static int getdents64(int fd, MemorySegment into) {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            return (int) result(
                    (long) Getdents64.HANDLE.invokeExact(state, SYS_GETDENTS64, fd, into.address(), into.byteSize()),
                    state);
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            Reference.reachabilityFence(into);
        }
    }
}
