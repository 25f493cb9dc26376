package org.buckytools.cli.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Descriptor.Lease;

/**
 * Holds a file so that nobody else reads or writes it: by its {@code flock}, which keeps out those who lock, and by a write
 * lease, which shows that nobody else has the file open at all and makes those wait who open it now. Where there are no
 * leases, for example on NFS or on a file of another owner, only those who lock are kept out.
 *
 * <p>To be held for milliseconds.
 */
final class SoleAccess implements AutoCloseable {
    private static final long FIRST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final Descriptor file;
    private final Lease lease;

    private SoleAccess(Descriptor file, Lease lease) {
        this.file = file;
        this.lease = lease;
    }

    /**
     * Waits until the file is ours alone.
     *
     * @throws OpenElsewhereException if another process has it open all the time
     * @throws org.buckytools.whisper.posix.LockTimeoutException if others hold its lock all the time
     */
    static SoleAccess of(Descriptor file, Patience patience) throws IOException {
        long start = System.nanoTime();
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            file.lock(true, patience.fileLock());
            boolean held = false;
            try {
                Lease lease = file.tryWriteLease();
                if (lease != Lease.BUSY) {
                    held = true;
                    return new SoleAccess(file, lease);
                }
            } finally {
                if (!held) {
                    // Who waits for the lock has the file open: it must get on, to close it.
                    file.unlock();
                }
            }
            if (System.nanoTime() - start > patience.openElsewhere().toNanos()) {
                throw new OpenElsewhereException(file.path(), patience.openElsewhere());
            }
            LockSupport.parkNanos(pause);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for " + file.path());
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** Whether also those are kept out who do not lock. */
    boolean keepsOutAll() {
        return lease == Lease.ACQUIRED;
    }

    @Override
    public void close() throws IOException {
        try {
            if (lease == Lease.ACQUIRED) {
                file.releaseLease();
            }
        } finally {
            file.unlock();
        }
    }
}
