package org.buckytools.agent.pull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many of this machine's processors had nothing to do of late, as the kernel counts it ({@code /proc/stat}, proc(5)). Whoever begins to ask learns
 * it after {@value #WINDOW_MILLIS} ms. Safe for use by many threads.
 */
public final class IdleProcessors implements DoubleSupplier {
    /** What it is a mean over, at least. The kernel counts in hundredths of a second. */
    static final long WINDOW_MILLIS = 100;

    private static final long WINDOW_NANOS = WINDOW_MILLIS * 1_000_000;

    /** When nobody has asked for this long, what was before says nothing. */
    private static final long KEPT_NANOS = 10 * WINDOW_NANOS;

    private static final Logger LOG = LoggerFactory.getLogger(IdleProcessors.class);

    private final Path counters;
    private final int processors;
    private final LongSupplier clock;
    private Reading last;
    private double latest;

    /** Hundredths of a second of all processors together. */
    private record Reading(long nanos, long idle, long all) {}

    /**
     * @param counters {@code /proc/stat}
     * @param processors how many this process may use
     * @param clock nanoseconds, as of {@link System#nanoTime}
     */
    IdleProcessors(Path counters, int processors, LongSupplier clock) {
        this.counters = counters;
        this.processors = processors;
        this.clock = clock;
    }

    /** Those of the machine that this process runs on. */
    public static IdleProcessors ofMachine() {
        return new IdleProcessors(Path.of("/proc/stat"), Runtime.getRuntime().availableProcessors(), System::nanoTime);
    }

    /** As many as there were in the latest time that is known; 0 while none is, and all where the kernel does not say. */
    @Override
    public synchronized double getAsDouble() {
        long now = clock.getAsLong();
        if (last != null && now - last.nanos() < WINDOW_NANOS) {
            return latest;
        }
        Reading reading;
        try {
            reading = read(now);
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} does not say how many processors are idle", counters, e);
            return processors;
        }
        boolean isFresh = last == null || now - last.nanos() > KEPT_NANOS || reading.all() <= last.all();
        latest = isFresh ? 0 : (double) (reading.idle() - last.idle()) / (reading.all() - last.all()) * processors;
        last = reading;
        return latest;
    }

    /** Of {@code cpu user nice system idle iowait irq softirq steal ...}. */
    private Reading read(long now) throws IOException {
        try (var lines = Files.newBufferedReader(counters, StandardCharsets.US_ASCII)) {
            StringTokenizer fields = new StringTokenizer(lines.readLine());
            fields.nextToken();
            long all = 0;
            long idle = 0;
            for (int i = 0; i < 8; i++) {
                long ticks = Long.parseLong(fields.nextToken());
                all += ticks;
                idle += i == 3 || i == 4 ? ticks : 0;
            }
            return new Reading(now, idle, all);
        }
    }
}
