package org.buckytools.agent.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Zeros, and the blocks that hold nothing else. */
final class Zeros {
    /** The unit in which zeros are left out and become holes: a page, and the block of nearly every file system. */
    static final int BLOCK = 4096;

    private static final MemorySegment ZEROS =
            Arena.global().allocate(BufferPool.SMALL_BYTES, BLOCK).asReadOnly();

    private Zeros() {}

    /** Zeros, read-only, for copying out; at most {@link BufferPool#SMALL_BYTES}. */
    static MemorySegment some(long bytes) {
        return ZEROS.asSlice(0, bytes);
    }

    /** Whether {@code bytes[from, to)}, at most a block, holds nothing but zeros. */
    static boolean fill(MemorySegment bytes, long from, long to) {
        // Almost every block with points shows in its first eight bytes that it is not zero.
        if (to - from >= Long.BYTES && bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, from) != 0) {
            return false;
        }
        return MemorySegment.mismatch(bytes, from, to, ZEROS, 0, to - from) == -1;
    }

    /** Takes a run of bytes. */
    @FunctionalInterface
    interface Run<E extends Exception> {
        void accept(long from, long to) throws E;
    }

    /**
     * Calls {@code run} with the parts of {@code bytes} that are left when zero blocks are taken out, as positions in {@code
     * bytes}.
     *
     * @param offset of {@code bytes} in the file: blocks are aligned in the file
     */
    static <E extends Exception> void without(MemorySegment bytes, long offset, Run<E> run) throws E {
        long size = bytes.byteSize();
        long begun = -1;
        for (long at = 0; at < size; ) {
            long end = Math.min(size, at + BLOCK - (offset + at) % BLOCK);
            if (fill(bytes, at, end)) {
                if (begun >= 0) {
                    run.accept(begun, at);
                    begun = -1;
                }
            } else if (begun < 0) {
                begun = at;
            }
            at = end;
        }
        if (begun >= 0) {
            run.accept(begun, size);
        }
    }
}
