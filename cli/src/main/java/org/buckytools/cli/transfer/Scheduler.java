package org.buckytools.cli.transfer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.transfer.BatchSizes;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;

/**
 * Hands out batches: from groups whose nodes have least to do, of these from the one that has waited longest, so that every pair
 * of nodes gets on; none whose nodes have their share, or are set aside, and none of a later stage before all earlier ones have ended.
 *
 * <p>Safe for use by many threads. Nothing is called with the lock held but the {@link Throttle} and the {@link Ticker}.
 */
final class Scheduler {
    /** Metrics of one batch that a destination pulls by itself: it divides them, and gives back what takes too long. */
    private static final int PULLED_METRICS = PullRequest.MAX_ITEMS;

    /** The same where the source is deleted only after a batch, when several destinations have it: it may be written until then. */
    private static final int PULLED_BY_SEVERAL = 1024;

    /** Metrics of another one, so that what is in flight stays small and the end of a group is spread over several. */
    private static final int BATCH_METRICS = 256;

    /** With many replicas there are very many groups; once there is one to take, so many are enough to find a better one. */
    private static final int MOST_GROUPS_LOOKED_AT = 4096;

    private static final long LONGEST_WAIT_NANOS = 3_600_000_000_000L;

    private final int workers;
    private final boolean offload;
    private final Throttle throttle;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All below: with the lock held.
    // The one that was served last is last.
    private final List<Work> open = new ArrayList<>();
    private final Map<Node, Load> loads = new HashMap<>();
    private final BatchSizes sizes = new BatchSizes(BATCH_METRICS);
    private int stage;
    private int sources;
    private int destinations;
    private boolean stopped;

    /** Metrics for one worker. */
    static final class Batch {
        private final Work work;
        private final List<Item> items;
        private final Optional<Node> lost;
        private final int atOnce;

        private Batch(Work work, List<Item> items, Optional<Node> lost, int atOnce) {
            this.work = work;
            this.items = items;
            this.lost = lost;
            this.atOnce = atOnce;
        }

        /** From and to where. */
        Plan.Group group() {
            return work.group;
        }

        /** What; belongs to the worker now. */
        List<Item> items() {
            return items;
        }

        /** How many of them may be under way at once. */
        int atOnce() {
            return atOnce;
        }

        /** A node of the group that was given up, so that nothing can be done. */
        Optional<Node> lost() {
            return lost;
        }
    }

    private static final class Load {
        private final DecayingPenalty penalty;
        /** Transfers under way. */
        private int asSource;

        private int asDestination;

        /** Groups of this stage. */
        private int groupsAsSource;

        private int groupsAsDestination;

        Load(PenaltyPolicy policy) {
            this.penalty = new DecayingPenalty(policy);
        }
    }

    /** What is left of a group. Equal only to itself. */
    private static final class Work {
        private final Plan.Group group;
        private final Iterator<PullItem> fresh;
        private int freshLeft;
        private final PriorityQueue<Item> again =
                new PriorityQueue<>((left, right) -> Long.compare(left.notBefore, right.notBefore));
        private int running;

        Work(Plan.Group group) {
            this.group = group;
            this.fresh = group.items().iterator();
            this.freshLeft = group.items().size();
        }

        boolean isEmpty() {
            return freshLeft == 0 && again.isEmpty() && running == 0;
        }

        boolean hasReady(long now) {
            return freshLeft > 0 || (!again.isEmpty() && again.peek().notBefore <= now);
        }
    }

    Scheduler(Plan plan, TransferSettings settings, Throttle throttle, Ticker ticker) {
        this.workers = settings.workers();
        this.offload = settings.offload();
        this.throttle = throttle;
        this.ticker = ticker;
        for (Plan.Group group : plan.groups()) {
            if (group.items().size() > 0) {
                open.add(new Work(group));
                loads.computeIfAbsent(group.source(), node -> new Load(settings.penalties()));
                group.destinations()
                        .forEach(destination ->
                                loads.computeIfAbsent(destination, node -> new Load(settings.penalties())));
            }
        }
        countNodes();
    }

    /** How many batches there can be at once, and how many transfers in all of them together; more workers would only wait. */
    int mostAtOnce() {
        Set<Node> from = new HashSet<>();
        Set<Node> to = new HashSet<>();
        for (Work work : open) {
            from.add(work.group.source());
            to.addAll(work.group.destinations());
        }
        return Math.min(workers, Math.min(atOnce(from), atOnce(to)));
    }

    private static int atOnce(Set<Node> nodes) {
        return nodes.stream().mapToInt(Node::transfersAtOnce).sum();
    }

    /** Waits for a batch that may be started now; empty when there will be no more. */
    Optional<Batch> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!stopped && !open.isEmpty()) {
                long now = ticker.nanos();
                Search search = new Search(now);
                if (search.best != null) {
                    return Optional.of(start(search.best, search.lost, now));
                }
                ticker.await(changed, Math.clamp(search.wakeAt - now, 1, LONGEST_WAIT_NANOS));
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Looks for the group to take the next batch from. */
    private final class Search {
        private final long now;
        private Work best;
        private Optional<Node> lost = Optional.empty();
        private int bestLoad = Integer.MAX_VALUE;
        private long wakeAt;

        Search(long now) {
            this.now = now;
            this.wakeAt = now + LONGEST_WAIT_NANOS;
            for (int i = 0; i < open.size() && !isGoodEnough(i); i++) {
                consider(open.get(i));
            }
        }

        private boolean isGoodEnough(int looked) {
            return best != null && (bestLoad == 0 || looked >= MOST_GROUPS_LOOKED_AT);
        }

        private void consider(Work work) {
            if (work.group.stage() > stage) {
                // Whoever ends the last batch of this stage wakes the others.
                return;
            }
            if (!work.hasReady(now)) {
                if (!work.again.isEmpty()) {
                    wakeBy(work.again.peek().notBefore);
                }
                return;
            }
            Plan.Group group = work.group;
            int load = check(group.source(), loads.get(group.source()).asSource, sources);
            for (Node destination : group.destinations()) {
                int more = check(destination, loads.get(destination).asDestination, destinations);
                load = load < 0 || more < 0 ? -1 : load + more;
            }
            Optional<Node> given = givenUp(group);
            if (given.isPresent()) {
                best = work;
                bestLoad = 0;
                lost = given;
            } else if (load >= 0 && load < bestLoad) {
                best = work;
                bestLoad = load;
            }
        }

        /** How much the node has to do, or -1 if it must not get more now. */
        private int check(Node node, int running, int nodes) {
            DecayingPenalty penalty = loads.get(node).penalty;
            if (penalty.isSuppressed(now)) {
                wakeBy(penalty.reuseAt());
                return -1;
            }
            if (throttle.available(node, now) <= 0) {
                wakeBy(throttle.nextAt(node, now));
                return -1;
            }
            return running < limit(node, nodes) ? running : -1;
        }

        private void wakeBy(long time) {
            wakeAt = Math.min(wakeAt, time);
        }
    }

    private Optional<Node> givenUp(Plan.Group group) {
        if (loads.get(group.source()).penalty.isGivenUp()) {
            return Optional.of(group.source());
        }
        return group.destinations().stream()
                .filter(node -> loads.get(node).penalty.isGivenUp())
                .findFirst();
    }

    /** A node's part of the workers when so many nodes are at it, but no more than it can do at once, and 1 while it is in doubt. */
    private int limit(Node node, int nodes) {
        if (loads.get(node).penalty.isDoubtful()) {
            return 1;
        }
        int even = (workers + nodes - 1) / Math.max(1, nodes);
        return Math.clamp(even, 1, node.transfersAtOnce());
    }

    private Batch start(Work work, Optional<Node> lost, long now) {
        Plan.Group group = work.group;
        List<Node> nodes = new ArrayList<>(group.destinations());
        nodes.add(group.source());
        boolean isPulled = isPulled(group);
        int most = lost.isPresent() ? PULLED_METRICS : isPulled ? mostPulled(group) : batchSize(work);
        int atOnce = isPulled && lost.isEmpty() ? atOnce(group) : 1;
        if (lost.isEmpty()) {
            for (Node node : nodes) {
                most = Math.min(most, throttle.available(node, now));
            }
        }
        List<Item> items = new ArrayList<>();
        while (items.size() < most && !work.again.isEmpty() && work.again.peek().notBefore <= now) {
            // What broke a request before goes alone, so that it cannot take others with it again.
            boolean alone = work.again.peek().attempts > 0 && lost.isEmpty();
            if (alone && !items.isEmpty()) {
                break;
            }
            items.add(work.again.poll());
            if (alone) {
                most = 1;
            }
        }
        while (items.size() < most && work.freshLeft > 0) {
            items.add(new Item(work.fresh.next(), group.destinations().size()));
            work.freshLeft--;
        }
        if (lost.isEmpty()) {
            for (Node node : nodes) {
                throttle.take(node, items.size(), now);
            }
        }
        open.remove(work);
        open.add(work);
        work.running++;
        loads.get(group.source()).asSource += atOnce;
        group.destinations().forEach(node -> loads.get(node).asDestination += atOnce);
        return new Batch(work, items, lost, atOnce);
    }

    /** The group's part of what its nodes can do at once, where they share that between all their groups. */
    private int atOnce(Plan.Group group) {
        Load from = loads.get(group.source());
        int most = part(limit(group.source(), sources), from.asSource, from.groupsAsSource);
        for (Node node : group.destinations()) {
            Load to = loads.get(node);
            most = Math.min(most, part(limit(node, destinations), to.asDestination, to.groupsAsDestination));
        }
        return Math.clamp(most, 1, PullRequest.MOST_AT_ONCE);
    }

    private static int part(int limit, int running, int groups) {
        return Math.min(limit - running, (limit + groups - 1) / groups);
    }

    private int batchSize(Work work) {
        return sizes.next(
                work.freshLeft + work.again.size(),
                Math.min(workers, work.group.source().transfersAtOnce()));
    }

    private static int mostPulled(Plan.Group group) {
        return group.destinations().size() > 1 ? PULLED_BY_SEVERAL : PULLED_METRICS;
    }

    private boolean isPulled(Plan.Group group) {
        return offload
                && group.source().speaksVersion2()
                && group.destinations().stream().allMatch(Node::speaksVersion2);
    }

    /** Takes back a batch: its nodes have a place again, and {@code again} is to be tried later. */
    void finished(Batch batch, List<Item> again) {
        lock.lock();
        try {
            Plan.Group group = batch.group();
            loads.get(group.source()).asSource -= batch.atOnce;
            group.destinations().forEach(node -> loads.get(node).asDestination -= batch.atOnce);
            Work work = batch.work;
            work.running--;
            work.again.addAll(again);
            if (work.isEmpty()) {
                open.remove(work);
                countNodes();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void countNodes() {
        stage = open.stream().mapToInt(work -> work.group.stage()).min().orElse(0);
        sources = 0;
        destinations = 0;
        for (Load load : loads.values()) {
            load.groupsAsSource = 0;
            load.groupsAsDestination = 0;
        }
        for (Work work : open) {
            if (work.group.stage() == stage) {
                sources += loads.get(work.group.source()).groupsAsSource++ == 0 ? 1 : 0;
                for (Node node : work.group.destinations()) {
                    destinations += loads.get(node).groupsAsDestination++ == 0 ? 1 : 0;
                }
            }
        }
    }

    /** A metric of this size was copied. */
    void sized(long bytes) {
        lock.lock();
        try {
            sizes.sized(bytes);
        } finally {
            lock.unlock();
        }
    }

    /** What a failure does to a node. */
    enum Verdict {
        /** Nothing yet. */
        GOES_ON,
        /** It is set aside now. */
        SET_ASIDE,
        /** It is given up now. */
        GIVEN_UP
    }

    /** A request failed and it was this node's fault. */
    Verdict failed(Node node) {
        lock.lock();
        try {
            DecayingPenalty penalty = loads.get(node).penalty;
            boolean before = penalty.isGivenUp();
            boolean setAside = penalty.failed(ticker.nanos());
            changed.signalAll();
            if (penalty.isGivenUp() && !before) {
                return Verdict.GIVEN_UP;
            }
            return setAside ? Verdict.SET_ASIDE : Verdict.GOES_ON;
        } finally {
            lock.unlock();
        }
    }

    /** A node did what it was asked to. */
    void succeeded(Node node) {
        lock.lock();
        try {
            DecayingPenalty penalty = loads.get(node).penalty;
            if (penalty.isDoubtful()) {
                penalty.succeeded();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands out no more batches. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Metrics that were not begun with, or are to be tried again. */
    long left() {
        lock.lock();
        try {
            return open.stream()
                    .mapToLong(work -> work.freshLeft + (long) work.again.size())
                    .sum();
        } finally {
            lock.unlock();
        }
    }
}
