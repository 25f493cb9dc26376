package org.buckytools.protocol.transfer;

/**
 * How many metrics one request takes of those that are left: little at first, when nothing is known of their sizes, then much,
 * and less again towards the end, so that all who share the work end at about the same time. For use by one thread at a time.
 */
public final class BatchSizes {
    /** Bytes of one request, as long as files are of about the size of those that came. */
    public static final long MOST_BYTES = 64L << 20;

    /** What is asked for first, when nothing is known of sizes yet. */
    private static final int FIRST = 32;

    /** Below this many bytes, or this many metrics, a batch is not worth its request. */
    private static final long LEAST_BYTES = 1 << 20;

    private static final int LEAST = 8;
    private static final int MOST_LEAST = 64;

    private final int most;
    private long metrics;
    private long bytes;

    /** @param most metrics of one request */
    public BatchSizes(int most) {
        this.most = most;
    }

    /** A metric of so many bytes has come. */
    public void sized(long bytes) {
        metrics++;
        this.bytes += bytes;
    }

    /** The size of the next batch when so many metrics are left for so many that share them; at least 1 if any are left. */
    public int next(int left, int sharers) {
        long size = FIRST;
        long least = LEAST;
        if (metrics > 0) {
            long average = Math.max(1, bytes / metrics);
            size = Math.clamp(MOST_BYTES / average, 1, most);
            least = Math.clamp(LEAST_BYTES / average, LEAST, MOST_LEAST);
        }
        long spread = Math.max(least, left / (2L * sharers));
        return (int) Math.min(left, Math.min(size, spread));
    }
}
