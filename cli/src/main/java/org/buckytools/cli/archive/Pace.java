package org.buckytools.cli.archive;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether files come so slowly that it is worth having them compressed on the way. What comes faster than this program could
 * decompress it does not wait for the network, but for a processor, which compressing would cost at both ends. Safe for use by
 * many threads.
 */
final class Pace {
    /** In bytes a second, over all daemons: about what two processors decompress. */
    private static final long FAST = 250_000_000;

    private static final long SECOND = 1_000_000_000;

    private final LongSupplier nanos;
    private final AtomicLong bytes = new AtomicLong();
    private long windowFrom;
    private long windowBytes;

    /** Unknown at first, when daemons and this program are still finding their pace: then nothing is compressed. */
    private boolean isSlow;

    /** {@code nanos} counts time from anywhere. */
    Pace(LongSupplier nanos) {
        this.nanos = nanos;
        this.windowFrom = nanos.getAsLong();
    }

    /** So many bytes came. */
    void add(int count) {
        bytes.addAndGet(count);
    }

    /** Whether what is asked for next should come compressed, judged by the last whole second or more. */
    synchronized boolean isSlow() {
        long now = nanos.getAsLong();
        long time = now - windowFrom;
        if (time >= SECOND) {
            long all = bytes.get();
            double perSecond = (double) (all - windowBytes) * SECOND / time;
            isSlow = perSecond < FAST;
            windowFrom = now;
            windowBytes = all;
        }
        return isSlow;
    }
}
