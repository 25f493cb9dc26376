package org.buckytools.agent.store;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.buckytools.whisper.posix.AnonymousMemory;

/**
 * Direct memory for file contents, bounded in total and used again. Whoever reads a file takes all the memory it needs in
 * one step or waits for it, first come first served; holding some while waiting for more, by which two readers could wait for
 * each other for ever, cannot be expressed.
 */
final class BufferPool implements AutoCloseable {
    /** Small files outnumber all others, and each would touch and hold a whole large block. */
    static final int SMALL_BYTES = 64 << 10;

    static final int LARGE_BYTES = 1 << 20;

    private static final int SMALLS_IN_LARGE = LARGE_BYTES / SMALL_BYTES;

    private final long totalBytes;
    private final Duration patience;

    /** In units of {@link #SMALL_BYTES}. */
    private final Semaphore units;

    // Guarded by this. INVARIANT: blocks that are leased and blocks that lie here are together at most totalBytes.
    private final ArrayDeque<AnonymousMemory> small = new ArrayDeque<>();
    private final ArrayDeque<AnonymousMemory> large = new ArrayDeque<>();
    private long allocatedBytes;
    private boolean closed;

    /**
     * @param totalBytes rounded down to whole small blocks
     * @param patience how long to wait for memory
     */
    BufferPool(long totalBytes, Duration patience) {
        this.units = new Semaphore(Math.toIntExact(totalBytes / SMALL_BYTES), true);
        this.totalBytes = totalBytes / SMALL_BYTES * SMALL_BYTES;
        this.patience = patience;
    }

    /**
     * Memory for a whole content, in blocks of {@link #LARGE_BYTES} of which the last may be smaller. Closing gives it back;
     * its segments must not be used afterwards.
     */
    final class Lease implements AutoCloseable {
        private final int permits;
        private List<AnonymousMemory> blocks;

        private Lease(int permits, List<AnonymousMemory> blocks) {
            this.permits = permits;
            this.blocks = blocks;
        }

        int blocks() {
            return blocks.size();
        }

        /** Block {@code index}: the content's bytes from {@code index * LARGE_BYTES} on. */
        MemorySegment block(int index) {
            return blocks.get(index).segment();
        }

        @Override
        public void close() {
            List<AnonymousMemory> mine = blocks;
            blocks = List.of();
            if (!mine.isEmpty()) {
                giveBack(mine);
                units.release(permits);
            }
        }
    }

    /**
     * Takes memory.
     *
     * @param bytes at least 1, at most the pool's total
     * @throws StoreBusyException if others held it for too long
     */
    Lease acquire(long bytes) throws StoreBusyException {
        return acquire(bytes, patience)
                .orElseThrow(() -> new StoreBusyException("no memory for " + bytes + " bytes became free in "
                        + patience.toSeconds() + " s; all of the " + totalBytes
                        + " bytes for file contents are in use"));
    }

    /**
     * Takes memory if there is enough and nobody waits for it.
     *
     * @param bytes at least 1, at most the pool's total
     */
    Optional<Lease> acquireAtOnce(long bytes) throws StoreBusyException {
        return acquire(bytes, Duration.ZERO);
    }

    private Optional<Lease> acquire(long bytes, Duration longest) throws StoreBusyException {
        int whole = Math.toIntExact(bytes / LARGE_BYTES);
        long rest = bytes % LARGE_BYTES;
        int permits = whole * SMALLS_IN_LARGE + (rest == 0 ? 0 : rest <= SMALL_BYTES ? 1 : SMALLS_IN_LARGE);
        try {
            // With a time, even if it is none, nobody overtakes those who wait.
            if (!units.tryAcquire(permits, longest.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("interrupted while waiting for memory");
        }
        List<AnonymousMemory> blocks = new ArrayList<>(whole + 1);
        try {
            for (int i = 0; i < whole; i++) {
                blocks.add(take(LARGE_BYTES));
            }
            if (rest > 0) {
                blocks.add(take(rest <= SMALL_BYTES ? SMALL_BYTES : LARGE_BYTES));
            }
        } catch (OutOfMemoryError e) {
            // The system's limit can be lower than this pool's.
            giveBack(blocks);
            units.release(permits);
            throw e;
        }
        return Optional.of(new Lease(permits, blocks));
    }

    private synchronized AnonymousMemory take(int bytes) {
        ArrayDeque<AnonymousMemory> free = bytes == SMALL_BYTES ? small : large;
        AnonymousMemory block = free.pollLast();
        if (block != null) {
            return block;
        }
        ArrayDeque<AnonymousMemory> others = bytes == SMALL_BYTES ? large : small;
        while (allocatedBytes + bytes > totalBytes && !others.isEmpty()) {
            discard(others.pollFirst());
        }
        block = AnonymousMemory.allocate(bytes);
        allocatedBytes += bytes;
        return block;
    }

    private synchronized void giveBack(List<AnonymousMemory> blocks) {
        for (AnonymousMemory block : blocks) {
            if (closed) {
                discard(block);
            } else {
                (block.segment().byteSize() == SMALL_BYTES ? small : large).addLast(block);
            }
        }
    }

    private void discard(AnonymousMemory block) {
        allocatedBytes -= block.segment().byteSize();
        block.close();
    }

    /** Whether this many wait for memory. */
    boolean hasWaiting(int count) {
        return units.getQueueLength() >= count;
    }

    /** What is allocated now, leased or not. */
    synchronized long allocatedBytes() {
        return allocatedBytes;
    }

    /** Frees what is not leased, and each lease's memory when it is given back. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!small.isEmpty()) {
            discard(small.pollLast());
        }
        while (!large.isEmpty()) {
            discard(large.pollLast());
        }
    }
}
