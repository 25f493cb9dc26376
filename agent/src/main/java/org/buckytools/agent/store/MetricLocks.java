package org.buckytools.agent.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.buckytools.protocol.MetricName;

/**
 * One lock a metric, which exists only while somebody holds it or waits for it; so there are never more than requests in
 * flight. A thread holds at most one of them at a time.
 */
final class MetricLocks {
    private final ConcurrentHashMap<MetricName, Entry> entries = new ConcurrentHashMap<>();
    private final Duration patience;

    /**
     * @param patience how long to wait for a lock
     */
    MetricLocks(Duration patience) {
        this.patience = patience;
    }

    private static final class Entry {
        final ReentrantLock lock = new ReentrantLock(true);
        int users;
    }

    /** A lock that is held; closing it, by the same thread, releases it. */
    final class Held implements AutoCloseable {
        private final MetricName metric;
        private final Entry entry;

        private Held(MetricName metric, Entry entry) {
            this.metric = metric;
            this.entry = entry;
        }

        @Override
        public void close() {
            entry.lock.unlock();
            leave(metric);
        }
    }

    /**
     * Locks a metric.
     *
     * @throws StoreBusyException if others held it for too long
     */
    Held lock(MetricName metric) throws StoreBusyException {
        Entry entry = enter(metric);
        boolean locked = false;
        try {
            locked = entry.lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("interrupted while waiting for " + metric);
        } finally {
            if (!locked) {
                leave(metric);
            }
        }
        if (!locked) {
            throw new StoreBusyException(metric + " was in use by other requests for " + patience.toSeconds() + " s");
        }
        return new Held(metric, entry);
    }

    /** Locks a metric if nobody holds it. */
    Optional<Held> lockAtOnce(MetricName metric) {
        Entry entry = enter(metric);
        if (entry.lock.tryLock()) {
            return Optional.of(new Held(metric, entry));
        }
        leave(metric);
        return Optional.empty();
    }

    private Entry enter(MetricName metric) {
        return entries.compute(metric, (name, existing) -> {
            Entry shared = existing == null ? new Entry() : existing;
            shared.users++;
            return shared;
        });
    }

    /** Whether anybody works on a metric right now. */
    boolean isInUse(MetricName metric) {
        return entries.containsKey(metric);
    }

    /** Metrics in use. */
    int size() {
        return entries.size();
    }

    private void leave(MetricName metric) {
        // Counting happens inside compute, which is atomic for a key: an entry with users is never dropped.
        entries.compute(metric, (name, entry) -> --entry.users == 0 ? null : entry);
    }
}
