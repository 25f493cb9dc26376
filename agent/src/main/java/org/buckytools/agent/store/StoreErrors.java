package org.buckytools.agent.store;

import java.io.IOException;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.LockTimeoutException;
import org.buckytools.whisper.posix.PosixException;

/** Turns what the system says into what it means for a metric. */
final class StoreErrors {
    private StoreErrors() {}

    /** Whether a path leads nowhere: a part is a link, or no directory, or too long for the file system. */
    static boolean leadsNowhere(PosixException e) {
        return switch (e.errno()) {
            case Errno.ELOOP, Errno.ENOTDIR, Errno.ENAMETOOLONG, Errno.ENXIO -> true;
            default -> false;
        };
    }

    /** The same failure in the store's words; a failure that has none is given back. */
    static IOException explained(MetricName metric, IOException failure) {
        return switch (failure) {
            case PosixException e
            when e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT ->
                new StoreFullException("no space left for " + metric + ": " + e.getMessage(), e);
            case PosixException e
            when leadsNowhere(e) || e.errno() == Errno.EISDIR ->
                new UnusablePathException(metric, e.getMessage() + "; links below the store's root are not followed");
            case PosixException e
            when e.errno() == Errno.EAGAIN ->
                new StoreBusyException(metric + ": another process has a lease on the file");
            case LockTimeoutException e -> new StoreBusyException(metric + ": " + e.getMessage());
            default -> failure;
        };
    }
}
