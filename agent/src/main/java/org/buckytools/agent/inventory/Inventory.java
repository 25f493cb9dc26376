package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.buckytools.agent.store.LeftoverRecovery;
import org.buckytools.agent.store.StoreEvents;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.NameList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of a node's metrics. Made first, so that the store can report to it; started when the store is open:
 *
 * <pre>
 * Inventory inventory = new Inventory(root, validity, clock);
 * MetricStore store = MetricStore.open(config, inventory, clock);
 * inventory.start(store.leftovers());
 * </pre>
 *
 * <p>The names are an immutable list and the changes since. A thread of its own walks the store for a new list, and makes one of
 * the old list and the changes when these have become many. What changes during a walk, which may or may not have seen it, is
 * noted a second time, and applied to the walk's list.
 *
 * <p>Safe for use by many threads.
 */
public final class Inventory implements StoreEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);

    /** For how long a list that was walked for a forced request serves further ones. */
    private static final Duration FORCED_SERVES = Duration.ofSeconds(60);

    private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(10);

    /** How often the clock is asked whether the list has become too old. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    /** Changes cost a hundred bytes each and are copied for every snapshot; merging them, a pass through the list. */
    private static final int MANY_CHANGES = 10_000;

    private static final int CHANGES_PER_NAME = 16;

    /** More threads do not help a local disk, but a busy machine. */
    private static final int MOST_WALKERS = 8;

    private final Path root;
    private final Duration validity;
    private final InstantSource clock;
    private final int manyChanges;
    private volatile Runnable beforeAdoption = () -> {};

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wakeUp = lock.newCondition();

    // All guarded by lock. The names are list, then merging if it is not null, then changes.
    private NameList list = NameList.EMPTY;
    private Changes merging;
    private Changes changes = new Changes();
    private Changes sinceWalkBegan;
    private Instant builtAt;
    private Instant forcedAt;
    private long strange;
    private long unplaceable;
    private boolean walkWanted;
    private boolean forceWanted;
    private Walk.Running walk;
    private boolean closed;
    private Thread worker;

    /**
     * @param root of the store
     * @param validity how old a list may become before it is replaced in the background
     */
    public Inventory(Path root, Duration validity, InstantSource clock) {
        this(root, validity, clock, MANY_CHANGES);
    }

    Inventory(Path root, Duration validity, InstantSource clock, int manyChanges) {
        this.root = root;
        this.validity = validity;
        this.clock = clock;
        this.manyChanges = manyChanges;
    }

    /** Begins the first walk, in the background. */
    public void start(LeftoverRecovery recovery) {
        lock.lock();
        try {
            if (worker != null || closed) {
                throw new IllegalStateException("an inventory is started once");
            }
            walkWanted = true;
            worker = Thread.ofPlatform().name("inventory").daemon().start(() -> work(recovery));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The list as it is; empty while the first walk goes on.
     *
     * @param force whether only a list will do that was walked for a forced request, now or within the last minute; such a
     *     walk is begun unless one is going on, and the answer is empty until it is done
     */
    public Optional<InventorySnapshot> snapshot(boolean force) {
        lock.lock();
        try {
            if (force && (forcedAt == null || isOlder(forcedAt, FORCED_SERVES))) {
                forceWanted = true;
                wakeUp.signalAll();
                return Optional.empty();
            }
            if (builtAt == null) {
                return Optional.empty();
            }
            if (isOlder(builtAt, validity)) {
                walkWanted = true;
                wakeUp.signalAll();
            }
            return Optional.of(new InventorySnapshot(list, allChanges().freeze()));
        } finally {
            lock.unlock();
        }
    }

    private boolean isOlder(Instant time, Duration age) {
        return clock.instant().isAfter(time.plus(age));
    }

    private Changes allChanges() {
        if (merging == null) {
            return changes;
        }
        Changes all = new Changes();
        all.putAll(merging);
        all.putAll(changes);
        return all;
    }

    public InventoryStatus status() {
        lock.lock();
        try {
            boolean ready = builtAt != null;
            return new InventoryStatus(
                    ready,
                    ready ? list.size() + allChanges().balance() : 0,
                    Optional.ofNullable(builtAt),
                    strange,
                    unplaceable,
                    walk != null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void created(MetricName metric) {
        note(metric, true);
    }

    @Override
    public void deleted(MetricName metric) {
        note(metric, false);
    }

    private void note(MetricName metric, boolean present) {
        byte[] name = metric.value().getBytes(UTF_8);
        lock.lock();
        try {
            changes.put(name, present);
            if (sinceWalkBegan != null) {
                sinceWalkBegan.put(name, present);
            }
            if (isTimeToMerge()) {
                wakeUp.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isTimeToMerge() {
        return builtAt != null && changes.size() > Math.max(manyChanges, list.size() / CHANGES_PER_NAME);
    }

    /** For tests: how many changes have not been merged into the list. */
    int pendingChanges() {
        lock.lock();
        try {
            return changes.size() + (merging == null ? 0 : merging.size());
        } finally {
            lock.unlock();
        }
    }

    /** For tests: what happens when a walk has seen everything and its list is not yet in use. */
    void beforeAdoption(Runnable action) {
        beforeAdoption = action;
    }

    private void work(LeftoverRecovery recovery) {
        try {
            while (awaitWork()) {
                if (isWalkDue()) {
                    walk(recovery);
                } else {
                    merge();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the inventory ends", e);
        }
    }

    /** Returns false when it is over. */
    private boolean awaitWork() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !isWalkDue() && !isTimeToMerge()) {
                wakeUp.await(
                        Math.min(LONGEST_SLEEP.toMillis(), Math.max(validity.toMillis(), 1)), TimeUnit.MILLISECONDS);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isWalkDue() {
        lock.lock();
        try {
            return walkWanted || forceWanted || (builtAt != null && isOlder(builtAt, validity));
        } finally {
            lock.unlock();
        }
    }

    private void walk(LeftoverRecovery recovery) throws InterruptedException {
        boolean forced;
        long start = System.nanoTime();
        try (Walk.Running running = Walk.of(root, walkers())) {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                forced = forceWanted;
                walk = running;
                sinceWalkBegan = new Changes();
            } finally {
                lock.unlock();
            }
            Walk.Result result = running.run();
            beforeAdoption.run();
            adopt(result, forced, recovery);
            LOG.info("found {} metrics in {} ms", result.names().size(), (System.nanoTime() - start) / 1_000_000);
        } catch (IOException e) {
            lock.lock();
            try {
                walk = null;
                sinceWalkBegan = null;
                if (!closed) {
                    LOG.error("no new list of metrics; trying again in {} s", RETRY_AFTER_FAILURE.toSeconds(), e);
                    walkWanted = true;
                    long left = RETRY_AFTER_FAILURE.toNanos();
                    while (left > 0 && !closed) {
                        left = wakeUp.awaitNanos(left);
                    }
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private static int walkers() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MOST_WALKERS);
    }

    private void adopt(Walk.Result result, boolean forced, LeftoverRecovery recovery) {
        lock.lock();
        try {
            list = result.names();
            merging = null;
            changes = sinceWalkBegan;
            sinceWalkBegan = null;
            strange = result.strange();
            unplaceable = result.unplaceable();
            builtAt = clock.instant();
            walkWanted = false;
            if (forced) {
                forcedAt = builtAt;
                forceWanted = false;
            }
            walk = null;
        } finally {
            lock.unlock();
        }
        // What is recovered is reported as made, and the list is not kept waiting for it.
        result.withLeftovers().forEach(recovery::leftoversIn);
        recovery.walkCompleted();
    }

    private void merge() {
        InventorySnapshot before;
        lock.lock();
        try {
            merging = changes;
            changes = new Changes();
            before = new InventorySnapshot(list, merging.freeze());
        } finally {
            lock.unlock();
        }
        NameList merged = before.toList();
        lock.lock();
        try {
            // Only this thread replaces the list, so it is still the one that was merged.
            list = merged;
            merging = null;
        } finally {
            lock.unlock();
        }
    }

    /** Ends walks; waits for the one that goes on to stop. */
    @Override
    public void close() {
        Thread ending;
        lock.lock();
        try {
            closed = true;
            if (walk != null) {
                walk.stop();
            }
            ending = worker;
            wakeUp.signalAll();
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            boolean interrupted = false;
            while (ending.isAlive()) {
                try {
                    ending.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
