package org.buckytools.cli.transfer;

import java.util.concurrent.locks.Condition;

/** Elapsed time and waiting, handed in so that tests need not wait. */
public interface Ticker {
    /** Nanoseconds since some moment. */
    long nanos();

    /** Waits, with the condition's lock held, until it is signalled or this much time has passed. */
    void await(Condition condition, long nanos) throws InterruptedException;

    /** The machine's. */
    static Ticker system() {
        return new Ticker() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
            public void await(Condition condition, long nanos) throws InterruptedException {
                long left = condition.awaitNanos(nanos);
                assert left <= nanos;
            }
        };
    }
}
