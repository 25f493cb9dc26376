package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.PullResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a pull's source delete what is durable here: only what was copied whole, only the version that was copied, and nobody who
 * has a file open there is waited for. Whatever is not deleted, for whatever reason, is left to whoever asked for the pull, who is
 * told the version. It has one thread, so that fetching goes on meanwhile. Results wait for each other a little, as a request costs
 * as much as many deletes. Safe for use by many threads.
 */
final class SourceRemoval implements PullService.Results, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceRemoval.class);

    /** Results that make a request, */
    private static final int TOGETHER = 512;

    /** or fewer, when the first has waited so long for others. */
    private static final long WAIT_NANOS = 200_000_000;

    /** Whoever has more waits until some are deleted. */
    private static final int MOST_WAITING = 2 * TOGETHER;

    private final AgentClient source;
    private final IntFunction<MetricName> names;
    private final PullService.Results results;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;

    // With the lock held:
    private List<PullResult> waiting = new ArrayList<>();
    private long firstNanos;
    private boolean ended;

    /** Why results cannot be reported any more; null while they can. */
    private IOException gone;

    /**
     * Once a request has failed as a whole, the next one hardly fares better, and who asked for the pull will say why. Of the
     * thread alone.
     */
    private boolean broken;

    /**
     * @param source where the metrics come from
     * @param names of the metrics at the source, by the index of their results
     * @param results told of each metric after its removal, by one thread
     */
    SourceRemoval(AgentClient source, IntFunction<MetricName> names, PullService.Results results) {
        this.source = source;
        this.names = names;
        this.results = results;
        this.thread = Thread.ofVirtual().name("source-removal").start(this::removeAll);
    }

    @Override
    public void accept(List<PullResult> durable) throws IOException {
        lock.lock();
        try {
            while (waiting.size() >= MOST_WAITING && gone == null) {
                changed.await();
            }
            checkGone();
            if (waiting.isEmpty()) {
                firstNanos = System.nanoTime();
            }
            waiting.addAll(durable);
            changed.signalAll();
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    /** Has what still waits deleted and reported; nothing comes after this. */
    void finish() throws IOException {
        end(false);
        lock.lock();
        try {
            checkGone();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the thread. What is not deleted by then stays at its source. */
    @Override
    public void close() throws InterruptedIOException {
        end(true);
    }

    private void end(boolean drop) throws InterruptedIOException {
        lock.lock();
        try {
            ended = true;
            if (drop) {
                waiting.clear();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void checkGone() throws IOException {
        if (gone != null) {
            throw gone;
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while copied metrics were being deleted at their source");
    }

    private void removeAll() {
        try {
            for (List<PullResult> some = take(); !some.isEmpty(); some = take()) {
                // Several fetch at once; in order, what is alike shares a line.
                some.sort(Comparator.comparingInt(PullResult::index));
                results.accept(broken ? some : remove(some));
            }
        } catch (IOException e) {
            giveUp(e);
        } catch (InterruptedException | RuntimeException e) {
            giveUp(new IOException("results of copied metrics cannot be told: " + e, e));
        }
    }

    private void giveUp(IOException why) {
        lock.lock();
        try {
            gone = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is to be deleted now; nothing at the end. */
    private List<PullResult> take() throws InterruptedException {
        lock.lock();
        try {
            while (!ended && waiting.size() < TOGETHER) {
                long left = WAIT_NANOS - (System.nanoTime() - firstNanos);
                if (waiting.isEmpty()) {
                    changed.await();
                } else if (left <= 0) {
                    break;
                } else {
                    changed.await(left, TimeUnit.NANOSECONDS);
                }
            }
            List<PullResult> taken = waiting;
            waiting = new ArrayList<>();
            changed.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** The same results after what can be deleted is. */
    private List<PullResult> remove(List<PullResult> durable) {
        List<DeleteItem> items = new ArrayList<>(durable.size());
        int[] places = new int[durable.size()];
        for (int i = 0; i < durable.size(); i++) {
            PullResult result = durable.get(i);
            if (result.failure().isEmpty()
                    && result.leftBehind() == 0
                    && result.version().isPresent()) {
                places[items.size()] = i;
                items.add(new DeleteItem(
                        names.apply(result.index()), result.version().get()));
            }
        }
        if (items.isEmpty()) {
            return durable;
        }
        List<PullResult> removed = new ArrayList<>(durable);
        BitSet gone = delete(items);
        for (int i = gone.nextSetBit(0); i >= 0; i = gone.nextSetBit(i + 1)) {
            removed.set(places[i], durable.get(places[i]).afterRemoval());
        }
        return removed;
    }

    /** Which of these the source has no more. */
    private BitSet delete(List<DeleteItem> items) {
        BitSet gone = new BitSet(items.size());
        try {
            source.deleteUnchanged(new DeleteRequest(items, true), result -> {
                if (result.outcome() != DeleteResult.Outcome.KEPT) {
                    gone.set(result.index(), result.index() + result.count());
                }
            });
        } catch (AgentException e) {
            broken = true;
            LOG.warn("copied metrics are left at their source: {}", e.getMessage());
        }
        return gone;
    }
}
