package org.buckytools.agent.inventory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.buckytools.agent.store.LeftoverRecovery;
import org.buckytools.agent.store.StoreEvents;
import org.buckytools.protocol.MetricName;

/**
 * The list of a node's metrics. Made first, so that the store can report to it; started when the store is open:
 *
 * <pre>
 * Inventory inventory = new Inventory(root, validity, clock);
 * MetricStore store = MetricStore.open(config, inventory, clock);
 * inventory.start(store.leftovers());
 * </pre>
 *
 * Safe for use by many threads.
 */
public final class Inventory implements StoreEvents, AutoCloseable {

    /**
     * @param root of the store
     * @param validity how old a list may become before it is replaced in the background
     */
    public Inventory(Path root, Duration validity, InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    /** Begins the first walk, in the background. */
    public void start(LeftoverRecovery recovery) {
        throw new UnsupportedOperationException();
    }

    /**
     * The list as it is; empty while the first walk goes on.
     *
     * @param force whether only a list will do that was walked for a forced request, now or within the last minute; such a
     *     walk is begun unless one is going on, and the answer is empty until it is done
     */
    public Optional<InventorySnapshot> snapshot(boolean force) {
        throw new UnsupportedOperationException();
    }

    public InventoryStatus status() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void created(MetricName metric) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleted(MetricName metric) {
        throw new UnsupportedOperationException();
    }

    /** Ends walks; waits for the one that goes on to stop. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
