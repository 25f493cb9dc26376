package org.buckytools.agent.pull;

import java.time.Duration;
import java.util.Optional;

/**
 * Divides the items of a pull, in their order, into what is fetched by one request: little at first, when nothing is known of
 * sizes, then much, and less again towards the end, so that all who fetch end at about the same time. After a while nothing is
 * handed out any more, so that whoever asked can think anew about what is left. Safe for use by many threads.
 */
final class Portions {
    /** Items and bytes of one request. */
    private static final int MOST_ITEMS = 1024;

    private static final long MOST_BYTES = 64L << 20;

    /** What is fetched first, when nothing is known of sizes yet. */
    private static final int FIRST_ITEMS = 32;

    /** Below this many bytes, or this many items, a portion is not worth its request. */
    private static final long LEAST_BYTES = 1 << 20;

    private static final int LEAST_ITEMS = 8;
    private static final int MOST_LEAST_ITEMS = 64;

    private final int items;
    private final int atOnce;
    private final long endNanos;
    private int next;
    private long sizedItems;
    private long sizedBytes;
    private boolean stopped;

    /** Items from {@code from}, as many as {@code count}. */
    record Portion(int from, int count) {}

    /**
     * @param items how many there are
     * @param atOnce how many fetch
     * @param time after which no further portion is handed out; the first one is in any case
     */
    Portions(int items, int atOnce, Duration time) {
        this.items = items;
        this.atOnce = atOnce;
        this.endNanos = System.nanoTime() + time.toNanos();
    }

    /** What is to be fetched next; empty if nothing is. */
    synchronized Optional<Portion> next() {
        boolean isLate = next > 0 && System.nanoTime() - endNanos >= 0;
        if (stopped || isLate || next == items) {
            return Optional.empty();
        }
        Portion portion = new Portion(next, size());
        next += portion.count();
        return Optional.of(portion);
    }

    private int size() {
        long most = FIRST_ITEMS;
        long least = LEAST_ITEMS;
        if (sizedItems > 0) {
            long average = Math.max(1, sizedBytes / sizedItems);
            most = Math.clamp(MOST_BYTES / average, 1, MOST_ITEMS);
            least = Math.clamp(LEAST_BYTES / average, LEAST_ITEMS, MOST_LEAST_ITEMS);
        }
        int left = items - next;
        long spread = Math.max(least, left / (2L * atOnce));
        return (int) Math.min(left, Math.min(most, spread));
    }

    /** An item of so many bytes has come. */
    synchronized void sized(long bytes) {
        sizedItems++;
        sizedBytes += bytes;
    }

    /** Nothing more is to be handed out. */
    synchronized void stop() {
        stopped = true;
    }

    /** What has not been handed out. */
    synchronized Optional<Portion> rest() {
        return next == items ? Optional.empty() : Optional.of(new Portion(next, items - next));
    }
}
