package org.buckytools.agent.inventory;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
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
 * Safe for use by many threads.
 */
public final class Inventory implements StoreEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);

    /** How long the list of a forced walk will do for others who force one (a Go client repeats {@code force}). */
    static final Duration FORCED_LASTS = Duration.ofSeconds(60);

    /** How long to wait after a walk that led to no list, before one is begun that nobody forces. */
    static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

    // More threads help a disk that can look for several things at once; on a store in memory two are as good.
    private static final int WALKERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);

    // Changes are merged into the list when there are so many, and they are an eighth of it: merging reads it all.
    private static final int MANY_CHANGES = 32 * 1024;

    private final Path root;
    private final Duration validity;
    private final InstantSource clock;
    private final int manyChanges;
    private final Thread keeper;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Condition listed = lock.newCondition();
    // All that follows is guarded by lock. Nothing slow is done while holding it, but merging thousands of changes now
    // and then.
    private boolean closed;
    private LeftoverRecovery recovery = LeftoverRecovery.NONE;
    private Optional<Path> firstList = Optional.empty();
    private boolean recovered;

    private Optional<NameList> base = Optional.empty();
    private ChangeLog sinceBase = new ChangeLog();
    private Optional<InventorySnapshot> latest = Optional.empty();
    private long version;
    private Optional<Instant> builtAt = Optional.empty();
    private Optional<Instant> forcedAt = Optional.empty();
    private Optional<Instant> failedAt = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private long strange;
    private long unreadable;

    private boolean walkWanted;
    private boolean forcedWalkWanted;
    private Optional<Walk> walk = Optional.empty();
    private boolean walkIsForced;
    private boolean rescanWanted;
    private boolean walkIsRescan;
    // While the keeper makes a new list: what happened since it began. A walk may or may not have seen that.
    private Optional<ChangeLog> sinceBegun = Optional.empty();

    /**
     * An inventory without a list.
     *
     * @param root of the store
     * @param validity how old a list may become before it is replaced in the background
     */
    public Inventory(Path root, Duration validity, InstantSource clock) {
        this(root, validity, clock, MANY_CHANGES);
    }

    /**
     * As the other one, for tests.
     *
     * @param manyChanges are merged into the list, if they are also an eighth of it
     */
    Inventory(Path root, Duration validity, InstantSource clock, int manyChanges) {
        this.manyChanges = manyChanges;
        this.root = requireNonNull(root, "root is null");
        this.validity = requireNonNull(validity, "validity is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.keeper = Thread.ofPlatform().name("inventory").daemon().unstarted(this::keep);
    }

    /** As {@link #start(LeftoverRecovery, Optional)}, with nothing to begin with. */
    public void start(LeftoverRecovery leftovers) {
        start(leftovers, Optional.empty());
    }

    /**
     * Begins the first walk, in the background.
     *
     * @param goCarbonList go-carbon's list of files: if it is there and can be used, it is read before the walk and is the
     *     list until that is done
     */
    public void start(LeftoverRecovery leftovers, Optional<Path> goCarbonList) {
        lock.lock();
        try {
            recovery = requireNonNull(leftovers, "leftovers is null");
            firstList = requireNonNull(goCarbonList, "goCarbonList is null");
            walkWanted = true;
            keeper.start();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has the store walked again, from now on: what is on the disk now will be in the list. Until that walk is done there is no
     * {@link #snapshot}. For clients that ask for it once; the others, which repeat what they asked, force a snapshot.
     */
    public void rescan() {
        lock.lock();
        try {
            forcedWalkWanted = true;
            rescanWanted = true;
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The list as it is; empty while the first walk goes on, or one that {@link #rescan} asked for.
     *
     * @param force whether only a list will do that was walked for a forced request, now or within the last minute; such a
     *     walk is begun unless one is going on, and the answer is empty until it is done
     */
    public Optional<InventorySnapshot> snapshot(boolean force) {
        Instant now = clock.instant();
        lock.lock();
        try {
            if (force && !isWithin(forcedAt, FORCED_LASTS, now)) {
                if (!forcedWalkWanted && !(walk.isPresent() && walkIsForced)) {
                    forcedWalkWanted = true;
                    wanted.signalAll();
                }
                return Optional.empty();
            }
            if (rescanWanted || (walk.isPresent() && walkIsRescan)) {
                return Optional.empty();
            }
            if (!isWithin(builtAt, validity, now)
                    && walk.isEmpty()
                    && !walkWanted
                    && !isWithin(failedAt, PAUSE_AFTER_FAILURE, now)) {
                walkWanted = true;
                wanted.signalAll();
            }
        } finally {
            lock.unlock();
        }
        return current();
    }

    private static boolean isWithin(Optional<Instant> since, Duration duration, Instant now) {
        // A clock that was set back says nothing.
        return since.isPresent()
                && !now.isBefore(since.get())
                && now.isBefore(since.get().plus(duration));
    }

    private Optional<InventorySnapshot> current() {
        NameList list;
        ChangeLog.Frozen changes;
        long madeFrom;
        lock.lock();
        try {
            if (base.isEmpty() || latest.isPresent()) {
                return latest;
            }
            list = base.get();
            changes = sinceBase.freeze();
            madeFrom = version;
        } finally {
            lock.unlock();
        }
        Optional<InventorySnapshot> made = Optional.of(new InventorySnapshot(list, changes.changes()));
        lock.lock();
        try {
            if (version == madeFrom) {
                latest = made;
            }
        } finally {
            lock.unlock();
        }
        return made;
    }

    /** How it is now. May have to read through the list to count. */
    public InventoryStatus status() {
        Optional<InventorySnapshot> list = current();
        long metrics = list.map(InventorySnapshot::size).orElse(0L);
        long unplaceable = list.map(InventorySnapshot::unplaceable).orElse(0L);
        lock.lock();
        try {
            return new InventoryStatus(
                    list.isPresent(), metrics, builtAt, strange, unplaceable, walk.isPresent(), unreadable, problem);
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

    private void note(MetricName metric, boolean exists) {
        lock.lock();
        try {
            if (base.isPresent()) {
                sinceBase.note(metric.value(), exists);
                if (isLong(sinceBase)) {
                    wanted.signalAll();
                }
            }
            if (sinceBegun.isPresent()) {
                sinceBegun.get().note(metric.value(), exists);
            }
            changed();
        } finally {
            lock.unlock();
        }
    }

    private void changed() {
        version++;
        latest = Optional.empty();
    }

    private boolean isLong(ChangeLog changes) {
        return base.isPresent()
                && changes.size() >= Math.max(manyChanges, base.get().size() / 8);
    }

    /** For tests: how many changes wait to be merged into the list. */
    int pendingChanges() {
        lock.lock();
        try {
            return sinceBase.size();
        } finally {
            lock.unlock();
        }
    }

    /** The keeper's thread: all new lists are made here, one after the other. */
    private void keep() {
        beginWithFirstList();
        for (Optional<Runnable> job = awaitJob(); job.isPresent(); job = awaitJob()) {
            job.get().run();
        }
    }

    private void beginWithFirstList() {
        Optional<Path> file;
        lock.lock();
        try {
            file = firstList;
            sinceBegun = Optional.of(new ChangeLog());
        } finally {
            lock.unlock();
        }
        Optional<FileListCache.Listed> listed = file.flatMap(this::readFirstList);
        lock.lock();
        try {
            if (listed.isPresent()) {
                Instant now = clock.instant();
                replaceBase(listed.get().names());
                builtAt =
                        listed.map(FileListCache.Listed::written).map(written -> written.isAfter(now) ? now : written);
            } else {
                sinceBegun = Optional.empty();
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<FileListCache.Listed> readFirstList(Path file) {
        try {
            Optional<FileListCache.Listed> listed = FileListCache.read(file, root, this::isClosed);
            listed.ifPresent(list -> LOG.info(
                    "until the store has been walked, {} metrics are known from {}, written at {}",
                    list.names().size(),
                    file,
                    list.written()));
            return listed;
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("go-carbon's list {} is not used: {}", file, e.getMessage() == null ? e : e.getMessage());
            return Optional.empty();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** What to do next; empty at the end. */
    private Optional<Runnable> awaitJob() {
        lock.lock();
        try {
            while (!closed) {
                if (walkWanted || forcedWalkWanted) {
                    Walk next = new Walk(root, recovery, WALKERS);
                    walk = Optional.of(next);
                    walkIsForced = forcedWalkWanted;
                    walkIsRescan = rescanWanted;
                    rescanWanted = false;
                    walkWanted = false;
                    forcedWalkWanted = false;
                    sinceBegun = Optional.of(new ChangeLog());
                    return Optional.of(() -> run(next));
                }
                // After a failure memory may be short; then a walk has to succeed first.
                if (isLong(sinceBase) && failedAt.isEmpty()) {
                    NameList list = base.orElseThrow();
                    ChangeLog.Frozen changes = sinceBase.freeze();
                    sinceBegun = Optional.of(new ChangeLog());
                    return Optional.of(() -> merge(list, changes));
                }
                wanted.awaitUninterruptibly();
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void run(Walk current) {
        long began = System.nanoTime();
        try {
            Optional<Walk.Result> result = current.run();
            // Otherwise it was stopped, as only happens in the end.
            if (result.isPresent()) {
                publish(result.get(), Duration.ofNanos(System.nanoTime() - began));
            }
        } catch (IOException | RuntimeException | Error e) {
            fail("the store's metrics could not be listed", e);
        }
    }

    private void publish(Walk.Result result, Duration took) {
        StrangeNames names = result.strange();
        boolean strangeChanged;
        boolean recoveryEnds;
        lock.lock();
        try {
            walk = Optional.empty();
            replaceBase(result.names());
            builtAt = Optional.of(clock.instant());
            if (walkIsForced) {
                forcedAt = builtAt;
            }
            failedAt = Optional.empty();
            problem = Optional.empty();
            strangeChanged = strange != names.count();
            strange = names.count();
            unreadable = result.unreadable();
            recoveryEnds = result.thorough() && !recovered;
            recovered |= recoveryEnds;
        } finally {
            lock.unlock();
        }
        LOG.info("the store has {} metrics, listed in {} ms", result.names().size(), took.toMillis());
        if (strangeChanged) {
            LOG.warn(
                    "{} files have names that are no metric names, and are left alone, among them: {}",
                    names.count(),
                    names.examples());
        }
        if (recoveryEnds) {
            recovery.walkCompleted();
        }
    }

    /** With a list that holds all up to the moment at which the keeper began to make it. */
    private void replaceBase(NameList list) {
        base = Optional.of(list);
        listed.signalAll();
        sinceBase = sinceBegun.orElseThrow();
        sinceBegun = Optional.empty();
        changed();
    }

    private void merge(NameList list, ChangeLog.Frozen changes) {
        try {
            NameList merged = changes.changes().appliedTo(list).toList();
            lock.lock();
            try {
                replaceBase(merged);
            } finally {
                lock.unlock();
            }
        } catch (RuntimeException | Error e) {
            fail("changes could not be merged into the list of metrics", e);
        }
    }

    private void fail(String what, Throwable cause) {
        LOG.error("{}; the list stays as it was", what, cause);
        lock.lock();
        try {
            walk = Optional.empty();
            failedAt = Optional.of(clock.instant());
            problem = Optional.of(what + ": " + cause.getMessage());
            sinceBegun = Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is a list and nothing to be walked.
     *
     * @return false if this was closed before
     */
    public boolean awaitRest() {
        lock.lock();
        try {
            while (!closed && (builtAt.isEmpty() || walk.isPresent() || walkWanted || forcedWalkWanted)) {
                listed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends walks; waits for the one that goes on to stop. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            walk.ifPresent(Walk::stop);
            wanted.signalAll();
            listed.signalAll();
        } finally {
            lock.unlock();
        }
        Walk.join(keeper);
    }
}
