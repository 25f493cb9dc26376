package org.buckytools.cli.pickle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.buckytools.cli.carbon.LineBuffer;

/** The relay's metrics on itself, as lines like any others. The first five are called and counted as in the Go program. */
final class RelayReport {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final int PAGE_BYTES = 4096;

    private final String prefix;
    private final RelayCounters counters;
    private final BatchQueue queue;
    private final InstantSource clock;

    RelayReport(String prefix, RelayCounters counters, BatchQueue queue, InstantSource clock) {
        this.prefix = prefix;
        this.counters = counters;
        this.queue = queue;
        this.clock = clock;
    }

    LineBatch lines() {
        Lines lines = new Lines(clock.instant().getEpochSecond());
        lines.add("seenPickles", counters.seenPickles.sum());
        lines.add("seenMetrics", counters.seenMetrics.sum());
        lines.add("sentMetrics", counters.sentMetrics.sum());
        lines.add("queueLength", queue.size());
        lines.add("systemMemory", memoryBytes());
        lines.add("refusedPickles", counters.refusedPickles.sum());
        lines.add("refusedMetrics", counters.refusedMetrics.sum());
        lines.add("resentMetrics", counters.resentMetrics.sum());
        return new LineBatch(lines.buffer.toByteArray(), lines.count);
    }

    private final class Lines {
        private final LineBuffer buffer = new LineBuffer(1024);
        private final long time;
        private int count;

        Lines(long time) {
            this.time = time;
        }

        void add(String name, long value) {
            buffer.put((prefix + "." + name).getBytes(UTF_8));
            buffer.put(' ').putLong(value).put(' ').putLong(time).put('\n');
            count++;
        }
    }

    /** What the process has of the system, as far as the system says so; else what Java has for its heap. */
    private static long memoryBytes() {
        try {
            String[] pages = Files.readString(STATM).split(" ");
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException e) {
            return Runtime.getRuntime().totalMemory();
        }
    }
}
