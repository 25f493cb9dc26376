package org.buckytools.whisper.posix;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock of {@code flock(2)} on a whole file, held until it is closed.
 *
 * <p>This is the lock that carbon and go-carbon take; Java's {@code FileLock} is {@code fcntl} and neither sees it nor is
 * seen by it. The file is opened once more for the lock, which stands beside whatever channels there are, those of this
 * process too: two of these on one file exclude each other, even in one thread.
 *
 * <p>The lock is on the file, not on its name: if the file may have been renamed or replaced meanwhile, compare {@link
 * FileStatus#of(Descriptor)} of {@link #descriptor} with what the path leads to.
 */
public final class Flock implements AutoCloseable {
    // A writer holds its lock for some microseconds; a copy, for milliseconds.
    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;

    private final Descriptor descriptor;

    private Flock(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes a lock that excludes exclusive ones, for reading.
     *
     * @param timeout how long to wait for others; zero or less tries once
     * @throws LockTimeoutException if others held the file all the time
     * @throws InterruptedIOException if the thread is interrupted while it waits; its interrupt stays set
     */
    public static Flock shared(Path path, Duration timeout) throws IOException {
        return take(path, false, timeout);
    }

    /**
     * Takes a lock that excludes all others, for writing. The file need not be writable.
     *
     * @param timeout how long to wait for others; zero or less tries once
     * @throws LockTimeoutException if others held the file all the time
     * @throws InterruptedIOException if the thread is interrupted while it waits; its interrupt stays set
     */
    public static Flock exclusive(Path path, Duration timeout) throws IOException {
        return take(path, true, timeout);
    }

    /** Takes an exclusive lock if nobody else holds one, without waiting. */
    public static Optional<Flock> tryExclusive(Path path) throws IOException {
        Descriptor descriptor = Descriptor.open(path);
        boolean locked = false;
        try {
            locked = descriptor.tryLock(true);
            return locked ? Optional.of(new Flock(descriptor)) : Optional.empty();
        } finally {
            if (!locked) {
                descriptor.close();
            }
        }
    }

    private static Flock take(Path path, boolean exclusive, Duration timeout) throws IOException {
        Descriptor descriptor = Descriptor.open(path);
        boolean locked = false;
        try {
            await(descriptor, exclusive, timeout);
            locked = true;
            return new Flock(descriptor);
        } finally {
            if (!locked) {
                descriptor.close();
            }
        }
    }

    // A blocking flock would hold on to the carrier of a virtual thread, and could not time out.
    static void await(Descriptor descriptor, boolean exclusive, Duration timeout) throws IOException {
        long start = System.nanoTime();
        long limit = timeout.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (!descriptor.tryLock(exclusive)) {
            long left = limit - (System.nanoTime() - start);
            if (left <= 0) {
                throw new LockTimeoutException(descriptor.path(), timeout);
            }
            LockSupport.parkNanos(Math.min(pause, left));
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for the lock on " + descriptor.path());
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** The open file that carries the lock; closing it would release the lock. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** Releases the lock. Closing twice does nothing. */
    @Override
    public void close() throws PosixException {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "lock on " + descriptor;
    }
}
