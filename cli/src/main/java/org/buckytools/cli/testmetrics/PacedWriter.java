package org.buckytools.cli.testmetrics;

import java.io.IOException;
import java.time.Duration;

/** Lets at most so many points a second through, evenly, in slices of about ten milliseconds. */
final class PacedWriter implements PointWriter {
    private static final long SECOND = 1_000_000_000L;
    private static final int SLICES_PER_SECOND = 100;

    private final PointWriter next;
    private final double nanosPerPoint;
    private final long slice;
    private final Stopwatch watch;
    private long start;
    private long pointsSinceStart;
    private long inSlice;

    PacedWriter(PointWriter next, double pointsPerSecond, Stopwatch watch) {
        this.next = next;
        this.nanosPerPoint = SECOND / pointsPerSecond;
        this.slice = Math.max(1, (long) (pointsPerSecond / SLICES_PER_SECOND));
        this.watch = watch;
        this.start = watch.nanos();
    }

    @Override
    public void time(long seconds) throws IOException {
        next.time(seconds);
    }

    @Override
    public void point(byte[] bytes, int from, int length, long value) throws IOException, InterruptedException {
        next.point(bytes, from, length, value);
        if (++inSlice == slice) {
            next.flush();
            pointsSinceStart += inSlice;
            inSlice = 0;
            waitUntilDue();
        }
    }

    private void waitUntilDue() throws InterruptedException {
        long ahead = (long) (pointsSinceStart * nanosPerPoint) - (watch.nanos() - start);
        if (ahead > 0) {
            watch.sleep(Duration.ofNanos(ahead));
        } else if (ahead < -SECOND) {
            // A receiver that held us up is not flooded afterwards.
            start = watch.nanos();
            pointsSinceStart = 0;
        }
    }

    @Override
    public void flush() throws IOException {
        next.flush();
    }
}
