package org.buckytools.agent.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.buckytools.agent.inventory.NameFilter;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.SpaceMeter;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.UnreadableMetric;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the metrics of a selection, several at once. For one answer. */
final class UsageSurvey {
    private static final Logger LOG = LoggerFactory.getLogger(UsageSurvey.class);

    /** More than processors, so that a disk that can look for several things at once does. */
    private static final int WORKERS = 8;

    /** Names that a worker takes at a time: enough to find several in one directory. */
    private static final int TOGETHER = 512;

    private final MetricStore store;
    private final ResultLines lines;

    /** Guards all fields below. A worker holds it for some microseconds, while it takes its next names. */
    private final ReentrantLock lock = new ReentrantLock();

    private final NameFilter.Selection names;
    private boolean stopped;
    private int named;

    /** {@code lines} get those that cannot be measured. */
    UsageSurvey(MetricStore store, NameFilter.Selection names, ResultLines lines) {
        this.store = store;
        this.names = names;
        this.lines = lines;
    }

    /** Names that one worker has taken, one behind the other. */
    private static final class Portion {
        private byte[] bytes = new byte[64 * TOGETHER];
        private final int[] ends = new int[TOGETHER];
        private int count;

        private void add(byte[] name, int length) {
            int start = count == 0 ? 0 : ends[count - 1];
            if (start + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, start + length));
            }
            System.arraycopy(name, 0, bytes, start, length);
            ends[count++] = start + length;
        }
    }

    SpaceUsage run() throws IOException {
        SpaceUsage all = SpaceUsage.NONE;
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<SpaceUsage>> parts = IntStream.range(0, WORKERS)
                    .mapToObj(worker -> workers.submit(this::measure))
                    .toList();
            for (Future<SpaceUsage> part : parts) {
                all = all.plus(Parts.await(part));
            }
        }
        if (all.unreadable() > 0) {
            LOG.warn("the sizes of {} metrics could not be looked up", all.unreadable());
        }
        return all;
    }

    /** What one worker does, until there are no more names. */
    private SpaceUsage measure() throws IOException {
        Portion portion = new Portion();
        try (SpaceMeter meter = store.spaceMeter()) {
            while (take(portion)) {
                int start = 0;
                for (int i = 0; i < portion.count; i++) {
                    int end = portion.ends[i];
                    try {
                        meter.add(portion.bytes, start, end);
                    } catch (IOException e) {
                        report(new MetricName(new String(portion.bytes, start, end - start, UTF_8)), e);
                    }
                    start = end;
                }
            }
            return meter.usage();
        } finally {
            // After a failure the others need not go on; at the end there is nothing left to stop.
            stop();
        }
    }

    private boolean take(Portion portion) {
        portion.count = 0;
        lock.lock();
        try {
            while (!stopped && portion.count < TOGETHER) {
                if (!names.next()) {
                    stopped = true;
                    break;
                }
                portion.add(names.bytes(), names.length());
            }
        } finally {
            lock.unlock();
        }
        return portion.count > 0;
    }

    private void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    private void report(MetricName metric, IOException failure) throws IOException {
        lock.lock();
        try {
            if (named == UnreadableMetric.MOST_NAMED) {
                return;
            }
            named++;
        } finally {
            lock.unlock();
        }
        lines.send(new UnreadableMetric(metric, failure.getMessage()));
    }
}
