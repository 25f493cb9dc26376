package org.buckytools.cli.pickle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Batches that wait for the relay, bounded in number and in bytes. Many put, and wait for room; one takes, and is told when there
 * is something again.
 */
final class BatchQueue {
    private final int maxBatches;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<LineBatch> batches = new ArrayDeque<>();
    private long bytes;
    private boolean closed;
    private Runnable arrival = () -> {};

    /** A batch that alone is larger than {@code maxBytes} is taken when there is no other. */
    BatchQueue(int maxBatches, long maxBytes) {
        this.maxBatches = Math.max(1, maxBatches);
        this.maxBytes = maxBytes;
    }

    /** {@code action} is called when a batch comes into an empty queue, and when the queue is closed. It must not block. */
    void onArrival(Runnable action) {
        lock.lock();
        try {
            arrival = action;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for room. Returns false, without having put the batch, if the queue is closed. */
    boolean put(LineBatch batch) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed
                    && (batches.size() >= maxBatches || (bytes + batch.length() > maxBytes && !batches.isEmpty()))) {
                room.await();
            }
            if (closed) {
                return false;
            }
            batches.addLast(batch);
            bytes += batch.length();
            if (batches.size() == 1) {
                arrival.run();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first batch, and with it those behind it as long as all together have no more than {@code enough} bytes. */
    Optional<LineBatch> poll(int enough) {
        lock.lock();
        try {
            if (batches.isEmpty()) {
                return Optional.empty();
            }
            List<LineBatch> taken = new ArrayList<>();
            long takenBytes = 0;
            do {
                LineBatch batch = batches.removeFirst();
                takenBytes += batch.length();
                taken.add(batch);
            } while (!batches.isEmpty() && takenBytes + batches.getFirst().length() <= enough);
            bytes -= takenBytes;
            room.signalAll();
            return Optional.of(LineBatch.concat(taken));
        } finally {
            lock.unlock();
        }
    }

    /** How many batches wait. */
    int size() {
        lock.lock();
        try {
            return batches.size();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing can be put. What is there can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            arrival.run();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is there and nothing will be. */
    boolean isFinished() {
        lock.lock();
        try {
            return closed && batches.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
