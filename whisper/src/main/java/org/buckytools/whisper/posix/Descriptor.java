package org.buckytools.whisper.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file opened by {@code open(2)} for what a {@code FileChannel} cannot do: its number is known. Children of this process
 * do not inherit it.
 *
 * <p>A {@code FileChannel} on the same file stands beside it: either opened by the path as well, or, where the path may be
 * renamed meanwhile, through {@link #reopenPath}. Any thread may use a descriptor, but none may close it while another is in
 * a call: the number would be given to the next file opened.
 */
public final class Descriptor implements AutoCloseable {
    private static final int CLOSED = -1;

    /** What became of the attempt to get a write lease. */
    public enum Lease {
        /** Nobody else has the file open, and who opens it waits until the lease is released. */
        ACQUIRED,
        /** Someone else has it open, be it through another descriptor of this process. */
        BUSY,
        /** The file system has no leases, or this process may not take one on a file of that owner. */
        UNSUPPORTED
    }

    private final AtomicInteger number;

    /** What its path begins with, */
    private final String directory;

    /** and what follows behind a slash; empty if that was all. */
    private final String name;

    /** Both, when they have been asked for: of most files nobody does. */
    private String path;

    private Descriptor(int number, String directory, String name) {
        this.number = new AtomicInteger(number);
        this.directory = directory;
        this.name = name;
    }

    /**
     * Opens a file; one that {@link OpenFlag#CREATE_NEW} makes gets mode 0644 less the process's umask.
     *
     * @throws PosixException as {@code open(2)} fails
     */
    public static Descriptor open(Path path, OpenFlag... options) throws PosixException {
        return open(path, 0644, options);
    }

    /**
     * Opens a file.
     *
     * @param mode permission bits of a file that is made by this, less the process's umask
     */
    public static Descriptor open(Path path, int mode, OpenFlag... options) throws PosixException {
        try (CallMemory call = CallMemory.take()) {
            String name = path.toString();
            return of(Libc.openat(call, Libc.AT_FDCWD, call.name(name), OpenFlag.flags(options), mode), name, "");
        }
    }

    /**
     * Opens an entry of an open directory, so that nobody can put a link in the way of the path up to it.
     *
     * @param name as the directory has it, byte for byte
     */
    public static Descriptor openAt(Descriptor directory, byte[] name, OpenFlag... options) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            int result = Libc.openat(call, directory.number(), call.name(name), OpenFlag.flags(options), 0644);
            return of(result, directory.path(), new String(name, UTF_8));
        }
    }

    /**
     * What was opened.
     *
     * @param result of opening it
     * @param directory what its path begins with
     * @param name the rest of its path; empty if there is none
     */
    static Descriptor of(int result, String directory, String name) throws PosixException {
        if (result < 0) {
            throw new PosixException("open", PosixFiles.shown(directory, name), -result);
        }
        return new Descriptor(result, directory, name);
    }

    /** The number, valid until this is closed. */
    public int number() throws ClosedChannelException {
        int current = number.get();
        if (current == CLOSED) {
            throw new ClosedChannelException();
        }
        return current;
    }

    /** The path it was opened by, for messages. */
    public String path() {
        if (path == null) {
            path = PosixFiles.shown(directory, name);
        }
        return path;
    }

    /** A path that opens the same file even after it was renamed or unlinked, as long as this is open. */
    public Path reopenPath() throws ClosedChannelException {
        return Path.of("/proc/self/fd/" + number());
    }

    /**
     * Where the next data begin, at or after {@code offset}; -1 if only a hole, or nothing, follows. A file system
     * without holes calls everything data.
     */
    public long seekData(long offset) throws IOException {
        return seek(offset, Libc.SEEK_DATA);
    }

    /** Where the next hole begins, at or after {@code offset}, the end of the file counting as one; -1 behind the end. */
    public long seekHole(long offset) throws IOException {
        return seek(offset, Libc.SEEK_HOLE);
    }

    private long seek(long offset, int whence) throws IOException {
        long result = Libc.lseek(number(), offset, whence);
        if (result == -Errno.ENXIO) {
            return -1;
        }
        return checked("lseek", result);
    }

    /**
     * Makes sure that a range has space on the disk, lengthening the file if it ends before; what was not written reads as
     * zeros.
     *
     * @return false if the file system cannot do this
     * @throws PosixException with {@link Errno#ENOSPC} if there is no space
     */
    public boolean allocate(long offset, long length) throws IOException {
        return supported("fallocate", Libc.fallocate(number(), 0, offset, length));
    }

    /**
     * Gives the whole blocks of a range back to the file system; the range reads as zeros. The file keeps its length.
     *
     * @return false if the file system cannot do this, and nothing was done
     */
    public boolean punchHole(long offset, long length) throws IOException {
        return supported(
                "fallocate",
                Libc.fallocate(number(), Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE, offset, length));
    }

    /** Waits until the file, its length and times are on the disk; for a directory, its entries. */
    public void sync() throws IOException {
        checked("fsync", Libc.fsync(number()));
    }

    /** Waits until what is in the file, and its length, are on the disk. */
    public void syncData() throws IOException {
        checked("fdatasync", Libc.fdatasync(number()));
    }

    /**
     * Sets the disk to writing a range that is dirty in memory, without waiting for it. Makes nothing durable: it only
     * shortens the {@link #syncData} that must follow.
     *
     * @param length 0 for all up to the end
     * @return false if the file system cannot do this
     */
    public boolean startWriteback(long offset, long length) throws IOException {
        int result = Libc.syncFileRange(number(), offset, length, Libc.SYNC_FILE_RANGE_WRITE);
        return result != -Errno.ESPIPE && supported("sync_file_range", result);
    }

    /**
     * Tries to get a write lease: the only way to know that no process has the file open.
     *
     * <p>Whoever opens the file under the lease waits until it is released or this is closed, at most {@code
     * /proc/sys/fs/lease-break-time} seconds (45 by default): do little while holding it.
     */
    public Lease tryWriteLease() throws IOException {
        int fd = number();
        // A waiting opener is announced by a signal, by default SIGIO, which would end this process. SIGURG is ignored
        // by
        // default and nothing in the JVM uses it.
        checked("fcntl", Libc.fcntl(fd, Libc.F_SETSIG, Libc.SIGURG));
        int result = Libc.fcntl(fd, Libc.F_SETLEASE, Libc.F_WRLCK);
        return switch (-result) {
            case Errno.EAGAIN, Errno.EBUSY -> Lease.BUSY;
            case Errno.EACCES, Errno.EPERM, Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.ENOLCK ->
                Lease.UNSUPPORTED;
            default -> {
                checked("fcntl", result);
                yield Lease.ACQUIRED;
            }
        };
    }

    /**
     * Whether a write lease that was {@link Lease#ACQUIRED} is still there and nobody waits for its end: since then, nobody
     * has opened the file, or tried to.
     */
    public boolean isSoleHolder() throws IOException {
        return checked("fcntl", Libc.fcntl(number(), Libc.F_GETLEASE, 0)) == Libc.F_WRLCK;
    }

    /** Lets go of the lease; who waits to open the file goes on. */
    public void releaseLease() throws IOException {
        checked("fcntl", Libc.fcntl(number(), Libc.F_SETLEASE, Libc.F_UNLCK));
    }

    /**
     * Changes owner and group.
     *
     * @param uid -1 keeps the owner
     * @param gid -1 keeps the group
     */
    public void changeOwner(int uid, int gid) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            checked("fchown", Libc.fchownat(call, number(), call.name(""), uid, gid, Libc.AT_EMPTY_PATH));
        }
    }

    /** Sets the permission bits, whatever the umask. */
    public void changeMode(int mode) throws IOException {
        checked("fchmod", Libc.fchmod(number(), mode));
    }

    /**
     * Sets the time of the last change of the content; that of the last access stays.
     *
     * @param seconds since the epoch
     * @param nanos to be added, 0 to 999,999,999
     */
    public void changeModified(long seconds, int nanos) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            call.fields()
                    .putLong(CallMemory.RECORD, 0)
                    .putLong(CallMemory.RECORD + 8, Libc.UTIME_OMIT)
                    .putLong(CallMemory.RECORD + 16, seconds)
                    .putLong(CallMemory.RECORD + 24, nanos);
            checked("futimens", Libc.futimens(call, number(), call.record()));
        }
    }

    /**
     * Takes an {@code flock} on this very descriptor, as {@link Flock} does on one of its own. It is released by {@link
     * #unlock} or by closing.
     *
     * @param timeout how long to wait for others; zero or less tries once
     * @throws LockTimeoutException if others held the file all the time
     * @throws java.io.InterruptedIOException if the thread is interrupted while it waits; its interrupt stays set
     */
    public void lock(boolean exclusive, Duration timeout) throws IOException {
        Flock.await(this, exclusive, timeout);
    }

    /** Lets go of an {@code flock}; the file stays open. */
    public void unlock() throws IOException {
        checked("flock", Libc.flock(number(), Libc.LOCK_UN));
    }

    /** Tries to get an {@code flock}, without waiting; false if another descriptor holds one against it. */
    boolean tryLock(boolean exclusive) throws IOException {
        int result = Libc.flock(number(), (exclusive ? Libc.LOCK_EX : Libc.LOCK_SH) | Libc.LOCK_NB);
        if (result == -Errno.EAGAIN) {
            return false;
        }
        checked("flock", result);
        return true;
    }

    private boolean supported(String call, int result) throws PosixException {
        if (result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS) {
            return false;
        }
        checked(call, result);
        return true;
    }

    private long checked(String call, long result) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, path(), (int) -result);
        }
        return result;
    }

    /** Closes the file and lets go of locks and leases on it. Closing twice does nothing. */
    @Override
    public void close() throws PosixException {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            int result = Libc.close(current);
            if (result < 0 && result != -Errno.EINTR) {
                throw new PosixException("close", path(), -result);
            }
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
