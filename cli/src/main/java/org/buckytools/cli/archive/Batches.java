package org.buckytools.cli.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.buckytools.cli.cluster.Node;

/**
 * Collects what goes to the same node into one request, as each request takes time of its own. What is collected holds memory, so
 * nothing stays here until that has run out: a request goes on its way at the latest when half of all memory was reserved, or some
 * thousand items came, after its first one. As none needs more than a quarter of the memory, whoever waits for memory waits for
 * items that are on their way. For one thread.
 */
final class Batches<T> {
    /** A request has at most so many items, */
    private static final int MOST_ITEMS = 256;

    /** or this many bytes. */
    private static final long MOST_BYTES = 8 << 20;

    /** An item waits for no more than so many others. */
    static final int PATIENCE_ITEMS = 4096;

    private final Memory memory;
    private final BiConsumer<Node, List<T>> send;

    /** The one that was begun first comes first. */
    private final Map<Node, Batch<T>> batches = new LinkedHashMap<>();

    private long items;

    /** {@code send} gets each batch when it is to go on its way. */
    Batches(Memory memory, BiConsumer<Node, List<T>> send) {
        this.memory = memory;
        this.send = send;
    }

    private static final class Batch<T> {
        private final long reservedBefore;
        private final long itemsBefore;
        private final List<T> items = new ArrayList<>();
        private long bytes;

        Batch(long reservedBefore, long itemsBefore) {
            this.reservedBefore = reservedBefore;
            this.itemsBefore = itemsBefore;
        }
    }

    /** Adds an item of this size, whose memory was reserved. */
    void add(Node node, T item, long bytes) {
        Batch<T> batch = batches.computeIfAbsent(node, key -> new Batch<>(memory.reservedSoFar(), items));
        batch.items.add(item);
        batch.bytes += bytes;
        if (batch.items.size() == MOST_ITEMS || batch.bytes >= MOST_BYTES) {
            sendOff(node);
        }
        goOn();
    }

    /** To be called for each item that memory was reserved for and that goes another way. */
    void goOn() {
        items++;
        while (!batches.isEmpty()) {
            Map.Entry<Node, Batch<T>> oldest = batches.entrySet().iterator().next();
            Batch<T> batch = oldest.getValue();
            if (memory.reservedSoFar() - batch.reservedBefore < memory.total() / 2
                    && items - batch.itemsBefore < PATIENCE_ITEMS) {
                return;
            }
            sendOff(oldest.getKey());
        }
    }

    /** Sends all that is being collected. */
    void flush() {
        List.copyOf(batches.keySet()).forEach(this::sendOff);
    }

    private void sendOff(Node node) {
        send.accept(node, batches.remove(node).items);
    }
}
