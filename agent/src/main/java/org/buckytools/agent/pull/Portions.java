package org.buckytools.agent.pull;

import java.time.Duration;
import java.util.Optional;
import org.buckytools.protocol.transfer.BatchSizes;

/**
 * Divides the items of a pull, in their order, into what is fetched by one request, as {@link BatchSizes} says. After a while
 * nothing is handed out any more, so that whoever asked can think anew about what is left. Safe for use by many threads.
 */
final class Portions {
    /** Items of one request. */
    private static final int MOST_ITEMS = 1024;

    private final int items;
    private final int atOnce;
    private final long endNanos;
    private final BatchSizes sizes = new BatchSizes(MOST_ITEMS);
    private int next;
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
        Portion portion = new Portion(next, sizes.next(items - next, atOnce));
        next += portion.count();
        return Optional.of(portion);
    }

    /** An item of so many bytes has come. */
    synchronized void sized(long bytes) {
        sizes.sized(bytes);
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
