package org.buckytools.agent.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.buckytools.protocol.json.JsonMessage;

/** Works on the items of a request, a few at a time, and sends a line for each as it is done. */
final class EachItem {
    /** An item that waits for a writer would hold up the others; that many can before it does. */
    private static final int AT_ONCE = 4;

    /** Results that are sent together, */
    private static final int TOGETHER = 64;

    /** unless they have waited so long for each other. */
    private static final Duration REPORT_DELAY = Duration.ofMillis(20);

    private EachItem() {}

    /**
     * Returns when all is done.
     *
     * @param count of the items
     * @param work makes the line of an item, given its index; called on several threads
     */
    static void run(int count, IntFunction<JsonMessage> work, ResultLines lines) throws IOException {
        if (count == 0) {
            return;
        }
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> ends = IntStream.range(0, Math.min(AT_ONCE, count))
                    .mapToObj(worker -> workers.<Void>submit(() -> {
                        lines.send(runNext(next, count, index -> List.of(work.apply(index)), lines));
                        return null;
                    }))
                    .toList();
            for (Future<Void> end : ends) {
                Parts.await(end);
            }
        }
    }

    /**
     * Works on groups of items that wait for nobody, one after the other on the thread that calls: others would cost more than
     * they bring.
     *
     * @param count of the groups
     * @param work makes the lines of a group, given its index
     * @return the last lines, which have not been sent
     */
    static List<? extends JsonMessage> runAtOnce(
            int count, IntFunction<List<? extends JsonMessage>> work, ResultLines lines) throws IOException {
        return runNext(new AtomicInteger(), count, work, lines);
    }

    /** What one worker does: takes items until there are none, and reports a few together, which saves a packet for each. */
    private static List<JsonMessage> runNext(
            AtomicInteger next, int count, IntFunction<List<? extends JsonMessage>> work, ResultLines lines)
            throws IOException {
        List<JsonMessage> unreported = new ArrayList<>();
        long reportedNanos = System.nanoTime();
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            unreported.addAll(work.apply(i));
            if (unreported.size() >= TOGETHER || System.nanoTime() - reportedNanos >= REPORT_DELAY.toNanos()) {
                lines.send(unreported);
                unreported.clear();
                reportedNanos = System.nanoTime();
            }
        }
        return unreported;
    }
}
