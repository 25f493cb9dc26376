package org.buckytools.cli.output;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Speed over the last half minute or so, and the time that is left at that speed. */
final class Rates {
    private static final long WINDOW_NANOS = 30_000_000_000L;

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long metrics, long bytes) {}

    Rates(long now) {
        samples.add(new Sample(now, 0, 0));
    }

    void add(long now, long metrics, long bytes) {
        samples.add(new Sample(now, metrics, bytes));
        while (samples.size() > 2 && now - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
    }

    double metricsPerSecond() {
        return (samples.getLast().metrics() - samples.getFirst().metrics()) / seconds();
    }

    double bytesPerSecond() {
        return (samples.getLast().bytes() - samples.getFirst().bytes()) / seconds();
    }

    /** Empty while nothing moves. */
    Optional<Duration> timeFor(long metrics) {
        double rate = metricsPerSecond();
        return rate > 0 ? Optional.of(Duration.ofSeconds((long) Math.ceil(metrics / rate))) : Optional.empty();
    }

    private double seconds() {
        return Math.max(1, samples.getLast().nanos() - samples.getFirst().nanos()) / 1e9;
    }
}
