package org.buckytools.agent.store;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.buckytools.whisper.fill.FillArrays;
import org.buckytools.whisper.posix.AnonymousMemory;

/**
 * Memory for fills, each of which needs both files whole, in one piece each. Bounded in total and granted first come first
 * served; a fill that needs more than the bound gets it when it is alone.
 */
final class FillMemory implements AutoCloseable {
    private static final int UNIT_BYTES = 64 << 10;

    /** Files of ordinary size are kept for the next fill: fresh memory costs a page fault per 4 KiB. */
    private static final int KEPT_BYTES = 4 << 20;

    private static final int KEPT_PIECES = 8;

    private final int allUnits;
    private final Duration patience;
    private final Semaphore units;

    // Guarded by this.
    private final ArrayDeque<AnonymousMemory> kept = new ArrayDeque<>();
    private final ArrayDeque<FillArrays> keptArrays = new ArrayDeque<>();

    private boolean closed;

    FillMemory(long totalBytes, Duration patience) {
        this.allUnits = Math.toIntExact(totalBytes / UNIT_BYTES);
        this.patience = patience;
        this.units = new Semaphore(allUnits, true);
    }

    /** Two pieces of memory, given back by closing. */
    final class Lease implements AutoCloseable {
        private final int permits;
        private final AnonymousMemory source;
        private final AnonymousMemory destination;
        private final FillArrays arrays;

        private Lease(int permits, AnonymousMemory source, AnonymousMemory destination, FillArrays arrays) {
            this.permits = permits;
            this.source = source;
            this.destination = destination;
            this.arrays = arrays;
        }

        /** Memory for the source, of at least the size asked for. What it holds is undefined. */
        MemorySegment source() {
            return source.segment();
        }

        /** Memory for the destination, of at least the size asked for. What it holds is undefined. */
        MemorySegment destination() {
            return destination.segment();
        }

        /** For the one fill that this memory is for. */
        FillArrays arrays() {
            return arrays;
        }

        @Override
        public void close() {
            give(source);
            give(destination);
            give(arrays);
            units.release(permits);
        }
    }

    /**
     * Takes memory for both files.
     *
     * @throws StoreBusyException if others held it for too long
     */
    Lease acquire(long sourceBytes, long destinationBytes) throws StoreBusyException {
        long wanted = unitsOf(sourceBytes) + unitsOf(destinationBytes);
        int permits = (int) Math.min(wanted, allUnits);
        try {
            if (!units.tryAcquire(permits, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreBusyException("no memory for a fill of " + (sourceBytes + destinationBytes)
                        + " bytes became free in " + patience.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("interrupted while waiting for memory");
        }
        AnonymousMemory source = null;
        AnonymousMemory destination = null;
        try {
            source = take(sourceBytes);
            destination = take(destinationBytes);
            return new Lease(permits, source, destination, takeArrays());
        } finally {
            if (destination == null) {
                if (source != null) {
                    give(source);
                }
                units.release(permits);
            }
        }
    }

    private static long unitsOf(long bytes) {
        // A piece that is kept is used for any file that fits.
        return Math.ceilDiv(Math.max(bytes, KEPT_BYTES), UNIT_BYTES);
    }

    private AnonymousMemory take(long bytes) {
        if (bytes <= KEPT_BYTES) {
            synchronized (this) {
                AnonymousMemory piece = kept.pollLast();
                if (piece != null) {
                    return piece;
                }
            }
        }
        return AnonymousMemory.allocate(Math.max(bytes, KEPT_BYTES));
    }

    private synchronized FillArrays takeArrays() {
        return keptArrays.isEmpty() ? new FillArrays() : keptArrays.removeLast();
    }

    private synchronized void give(FillArrays arrays) {
        if (keptArrays.size() < KEPT_PIECES / 2) {
            keptArrays.addLast(arrays);
        }
    }

    private void give(AnonymousMemory piece) {
        synchronized (this) {
            if (!closed && piece.segment().byteSize() == KEPT_BYTES && kept.size() < KEPT_PIECES) {
                kept.addLast(piece);
                return;
            }
        }
        piece.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!kept.isEmpty()) {
            kept.pollLast().close();
        }
    }
}
