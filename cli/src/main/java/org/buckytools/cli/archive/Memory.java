package org.buckytools.cli.archive;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the files of a running command may take, as a count of bytes that are reserved, and the blocks in which they lie. Blocks are
 * used again and again, the one given back last first, as it is still in the processor's cache. Safe for use by many threads.
 */
final class Memory {
    static final int BLOCK_BYTES = 256 * 1024;

    private static final long BYTES_PER_WORKER = 2 << 20;
    private static final long LEAST = 32 << 20;

    /** The launcher allows 256 MiB of direct memory, of which connections and compression take their part. */
    private static final long MOST = 96 << 20;

    /** A file above this part of the whole lies on disk, as it would keep too many others from coming. */
    private static final int PARTS = 4;

    private static final int UNIT = 1024;

    private final long total;
    private final Semaphore units;
    private final AtomicLong reservedSoFar = new AtomicLong();
    private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();

    Memory(long total) {
        this.total = total;
        this.units = new Semaphore(Math.toIntExact(total / UNIT), true);
    }

    /** As much as makes sense for so many transfers at once. */
    static Memory forWorkers(int workers) {
        return new Memory(Math.clamp(workers * BYTES_PER_WORKER, LEAST, MOST));
    }

    /** The largest file that lies in memory. */
    long largestFile() {
        return total / PARTS;
    }

    /** Memory that was reserved; given back once, by whoever closes it. */
    final class Reservation implements AutoCloseable {
        private final long bytes;
        private final int taken;

        private Reservation(long bytes, int taken) {
            this.bytes = bytes;
            this.taken = taken;
        }

        /** How many bytes of a file may lie in memory. */
        long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            units.release(taken);
        }
    }

    /**
     * Reserves memory for a file of this size, or what a file on disk needs if that is too large: never more than a quarter of all.
     *
     * @param meanwhile called each second while this waits
     */
    Reservation reserve(long fileBytes, Runnable meanwhile) throws InterruptedException {
        long bytes = fileBytes > largestFile() ? 0 : fileBytes;
        int wanted = (int) Math.max(1, (bytes + UNIT - 1) / UNIT);
        while (!units.tryAcquire(wanted, 1, TimeUnit.SECONDS)) {
            meanwhile.run();
        }
        reservedSoFar.addAndGet((long) wanted * UNIT);
        return new Reservation(bytes, wanted);
    }

    /** How many bytes there are for reservations. */
    long total() {
        return total;
    }

    /** How many bytes have been reserved until now, whether they were given back or not. */
    long reservedSoFar() {
        return reservedSoFar.get();
    }

    /** An empty block. */
    ByteBuffer take() {
        ByteBuffer block = free.poll();
        return block == null ? ByteBuffer.allocateDirect(BLOCK_BYTES) : block.clear();
    }

    /** Gives a block back. */
    void give(ByteBuffer block) {
        free.push(block);
    }
}
