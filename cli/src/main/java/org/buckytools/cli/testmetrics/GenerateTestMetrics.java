package org.buckytools.cli.testmetrics;

import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Writes a point of each metric for each of a number of times.
 *
 * @param names the metrics
 * @param values asked for each point
 * @param start epoch seconds; moved back to a multiple of the interval, which is the last time
 * @param interval seconds between two times; not 0. If negative, the times run backwards
 * @param rounds how many times
 */
record GenerateTestMetrics(MetricNames names, LongSupplier values, long start, long interval, long rounds) {
    /** Writes them all, oldest first, and returns how many they are. */
    long run(PointWriter out) throws IOException, InterruptedException {
        long[] points = {0};
        // Overflows as in Go, which takes any 64-bit numbers here.
        long time = start - start % interval - interval * (rounds - 1);
        for (long round = 0; round < rounds; round++) {
            out.time(time);
            names.forEach((bytes, from, length) -> {
                out.point(bytes, from, length, values.getAsLong());
                points[0]++;
            });
            time += interval;
        }
        out.flush();
        return points[0];
    }
}
