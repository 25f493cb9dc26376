package org.buckytools.agent.store;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.buckytools.whisper.fill.FillArrays;
import org.buckytools.whisper.posix.AnonymousMemory;

/**
 * Memory for fills, in one piece a file. There are two budgets. That of fills that are at work is granted first come first
 * served; a fill that needs more than all of it gets it when it is alone. That of uploads which are going to be filled in is
 * never waited for, and so may be held while waiting for anything: what does not fit goes to a file.
 */
final class FillMemory implements AutoCloseable {
    /** A longer upload goes to a file. */
    static final int LONGEST_BODY = 16 << 20;

    private static final int UNIT_BYTES = 64 << 10;

    /** Longer pieces are not kept for the next fill. */
    private static final int LONGEST_KEPT = LONGEST_BODY;

    /** Of arrays that lie here: enough for some fills of large files, or for many of ordinary ones. */
    private static final long MOST_KEPT_ARRAYS = 24L << 20;

    private final int fillUnits;
    private final Duration patience;
    private final Semaphore fills;
    private final Semaphore bodies;

    /** Of pieces that lie here: what all of a kind may take, since they are used one after the other. */
    private final long mostKept;

    // Guarded by this. Pieces by their size: fresh memory costs a page fault for every 4 KiB.
    private final TreeMap<Long, ArrayDeque<AnonymousMemory>> kept = new TreeMap<>();
    private final ArrayDeque<FillArrays> keptArrays = new ArrayDeque<>();
    private long keptBytes;
    private long keptArrayBytes;
    private boolean closed;

    /**
     * @param fillBytes bound for fills at work
     * @param bodyBytes bound for uploads
     * @param patience how long a fill waits for memory
     */
    FillMemory(long fillBytes, long bodyBytes, Duration patience) {
        this.fillUnits = Math.toIntExact(fillBytes / UNIT_BYTES);
        this.patience = patience;
        this.fills = new Semaphore(fillUnits, true);
        this.bodies = new Semaphore(Math.toIntExact(bodyBytes / UNIT_BYTES));
        this.mostKept = Math.max(fillBytes, bodyBytes);
    }

    /** Two pieces of memory, given back by closing. */
    final class Lease implements AutoCloseable {
        private final int permits;
        private final Optional<AnonymousMemory> source;
        private final Optional<AnonymousMemory> destination;
        private final FillArrays arrays;

        private Lease(
                int permits,
                Optional<AnonymousMemory> source,
                Optional<AnonymousMemory> destination,
                FillArrays arrays) {
            this.permits = permits;
            this.source = source;
            this.destination = destination;
            this.arrays = arrays;
        }

        /** Memory for the source, of at least the size asked for. What it holds is undefined. */
        MemorySegment source() {
            return segment(source);
        }

        /** Memory for the destination, of at least the size asked for. What it holds is undefined. */
        MemorySegment destination() {
            return segment(destination);
        }

        /** For the one fill that this memory is for. */
        FillArrays arrays() {
            return arrays;
        }

        @Override
        public void close() {
            source.ifPresent(FillMemory.this::give);
            destination.ifPresent(FillMemory.this::give);
            give(arrays);
            fills.release(permits);
        }
    }

    private static MemorySegment segment(Optional<AnonymousMemory> piece) {
        return piece.map(AnonymousMemory::segment).orElse(MemorySegment.NULL);
    }

    /** Memory for an upload, given back by closing. */
    final class Body implements AutoCloseable {
        private final int permits;
        private Optional<AnonymousMemory> piece;

        private Body(int permits, AnonymousMemory piece) {
            this.permits = permits;
            this.piece = Optional.of(piece);
        }

        /** At least of the size asked for. What it holds is undefined. */
        MemorySegment segment() {
            return piece.orElseThrow().segment();
        }

        @Override
        public void close() {
            piece.ifPresent(mine -> {
                piece = Optional.empty();
                give(mine);
                bodies.release(permits);
            });
        }
    }

    /**
     * Takes memory for the files of a fill.
     *
     * @param sourceBytes 0 if the source is in memory already
     * @throws StoreBusyException if others held it for too long
     */
    Lease acquire(long sourceBytes, long destinationBytes) throws StoreBusyException {
        long wanted = (sizeOf(sourceBytes) + sizeOf(destinationBytes)) / UNIT_BYTES;
        int permits = (int) Math.min(wanted, fillUnits);
        try {
            if (!fills.tryAcquire(permits, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreBusyException("no memory for a fill of " + (sourceBytes + destinationBytes)
                        + " bytes became free in " + patience.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("interrupted while waiting for memory");
        }
        Optional<AnonymousMemory> source = Optional.empty();
        Lease lease = null;
        try {
            source = take(sourceBytes);
            lease = new Lease(permits, source, take(destinationBytes), takeArrays());
            return lease;
        } finally {
            if (lease == null) {
                source.ifPresent(this::give);
                fills.release(permits);
            }
        }
    }

    /** Takes memory for an upload if there is enough right now. */
    Optional<Body> body(long bytes) {
        int permits = Math.toIntExact(sizeOf(Math.min(bytes, LONGEST_BODY)) / UNIT_BYTES);
        if (bytes > LONGEST_BODY || !bodies.tryAcquire(permits)) {
            return Optional.empty();
        }
        Optional<AnonymousMemory> piece = Optional.empty();
        try {
            piece = take(bytes);
            return piece.map(mine -> new Body(permits, mine));
        } finally {
            if (piece.isEmpty()) {
                bodies.release(permits);
            }
        }
    }

    /** Rounded up so that files of nearly the same size use the same pieces: by an eighth at most, and to whole units. */
    private static long sizeOf(long bytes) {
        long unit = Math.max(UNIT_BYTES, Long.highestOneBit(bytes) / 8);
        return Math.ceilDiv(bytes, unit) * unit;
    }

    private Optional<AnonymousMemory> take(long bytes) {
        long size = sizeOf(bytes);
        if (size == 0) {
            return Optional.empty();
        }
        synchronized (this) {
            // A larger one would hold memory that is counted nowhere.
            ArrayDeque<AnonymousMemory> pieces = kept.get(size);
            if (pieces != null && !pieces.isEmpty()) {
                keptBytes -= size;
                return Optional.of(pieces.pollLast());
            }
        }
        return Optional.of(AnonymousMemory.allocate(size));
    }

    private void give(AnonymousMemory piece) {
        ArrayDeque<AnonymousMemory> tooMany = new ArrayDeque<>();
        synchronized (this) {
            long size = piece.segment().byteSize();
            if (closed || size > LONGEST_KEPT) {
                tooMany.add(piece);
            } else {
                kept.computeIfAbsent(size, _ -> new ArrayDeque<>()).addLast(piece);
                keptBytes += size;
                while (keptBytes > mostKept) {
                    tooMany.add(removeOther(size));
                }
            }
        }
        tooMany.forEach(AnonymousMemory::close);
    }

    /** One of another size, if there is one: this size is in use. */
    private AnonymousMemory removeOther(long size) {
        for (Map.Entry<Long, ArrayDeque<AnonymousMemory>> each : kept.entrySet()) {
            if (each.getKey() != size && !each.getValue().isEmpty()) {
                keptBytes -= each.getKey();
                return each.getValue().pollFirst();
            }
        }
        keptBytes -= size;
        return kept.get(size).pollFirst();
    }

    private synchronized FillArrays takeArrays() {
        if (keptArrays.isEmpty()) {
            return new FillArrays();
        }
        FillArrays arrays = keptArrays.removeLast();
        keptArrayBytes -= arrays.heldBytes();
        return arrays;
    }

    private synchronized void give(FillArrays arrays) {
        long bytes = arrays.heldBytes();
        if (keptArrayBytes + bytes <= MOST_KEPT_ARRAYS) {
            keptArrays.addLast(arrays);
            keptArrayBytes += bytes;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        kept.values().forEach(pieces -> pieces.forEach(AnonymousMemory::close));
        kept.clear();
        keptBytes = 0;
    }
}
