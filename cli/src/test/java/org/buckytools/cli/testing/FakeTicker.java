package org.buckytools.cli.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import org.buckytools.cli.transfer.Ticker;

/** Time that passes only when somebody waits: then as much as is waited for, unless a signal comes at once. */
public final class FakeTicker implements Ticker {
    /** How long a signal may take in real time before the waiting counts as over. */
    private static final long GRACE_MILLIS = 5;

    private final AtomicLong now = new AtomicLong();

    @Override
    public long nanos() {
        return now.get();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    public void await(Condition condition, long nanos) throws InterruptedException {
        long until = now.get() + nanos;
        if (!condition.await(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
            now.accumulateAndGet(until, Math::max);
        }
    }

    /** Lets time pass. */
    public void pass(long nanos) {
        now.addAndGet(nanos);
    }
}
