package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** An upload in memory. For one thread at a time. */
final class HeldBody implements Body {
    private final StoreParts parts;
    private final Place place;
    private final FillMemory.Body memory;
    private final long size;

    /** Up to here every byte was written, or set to zero as it was not. */
    private long reached;

    private HeldBody(StoreParts parts, Place place, long size, FillMemory.Body memory) {
        this.parts = parts;
        this.place = place;
        this.size = size;
        this.memory = memory;
    }

    /** Empty if there is no memory for it now. */
    static Optional<HeldBody> of(StoreParts parts, Place place, long size) {
        return parts.fillMemory().body(size).map(memory -> new HeldBody(parts, place, size, memory));
    }

    @Override
    public void write(MemorySegment bytes, long offset) {
        if (offset > reached) {
            memory.segment().asSlice(reached, offset - reached).fill((byte) 0);
        }
        MemorySegment.copy(bytes, 0, memory.segment(), offset, bytes.byteSize());
        reached = Math.max(reached, offset + bytes.byteSize());
    }

    /** All of it, valid until it is closed. */
    MemorySegment content() {
        MemorySegment all = memory.segment().asSlice(0, size);
        all.asSlice(reached).fill((byte) 0);
        reached = size;
        return all;
    }

    @Override
    public long start(MemorySegment into) {
        long length = Math.min(into.byteSize(), size);
        MemorySegment.copy(content(), 0, into, 0, length);
        return length;
    }

    @Override
    public void complete() {}

    @Override
    public Stage besideTarget(int mode) throws IOException {
        Stage copy = Stage.beside(parts, place, size, mode);
        boolean whole = false;
        try {
            MemorySegment all = content();
            for (long at = 0; at < size; at += BufferPool.LARGE_BYTES) {
                copy.write(all.asSlice(at, Math.min(BufferPool.LARGE_BYTES, size - at)), at);
            }
            whole = true;
            return copy;
        } finally {
            if (!whole) {
                copy.close();
            }
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
