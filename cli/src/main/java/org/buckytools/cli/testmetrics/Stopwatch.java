package org.buckytools.cli.testmetrics;

import java.time.Duration;

/** Time that passes, for those who must wait for it. */
interface Stopwatch {
    /** Nanoseconds since some moment. */
    long nanos();

    /** Waits. */
    void sleep(Duration time) throws InterruptedException;

    /** The machine's. */
    static Stopwatch system() {
        return new Stopwatch() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void sleep(Duration time) throws InterruptedException {
                Thread.sleep(time);
            }
        };
    }
}
