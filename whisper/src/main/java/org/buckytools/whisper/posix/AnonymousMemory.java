package org.buckytools.whisper.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory straight from the kernel: zeros that take room only where they are written to, and that go back at once when closed.
 * It does not count towards the JVM's limit on direct memory, so whoever allocates bounds it. Any thread may use it, but none
 * may close it while another does.
 */
public final class AnonymousMemory implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment segment;

    private AnonymousMemory(Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
    }

    /**
     * Allocates memory.
     *
     * @param bytes at least 1
     * @throws OutOfMemoryError if the system refuses
     */
    @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
    public static AnonymousMemory allocate(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("memory of " + bytes + " bytes");
        }
        long address = Libc.mmap(bytes, Libc.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
        if (address < 0) {
            throw new OutOfMemoryError(
                    "the system refuses " + bytes + " bytes of memory: " + Errno.describe((int) -address));
        }
        Arena arena = Arena.ofShared();
        MemorySegment segment = MemorySegment.ofAddress(address).reinterpret(bytes, arena, _ -> unmap(address, bytes));
        return new AnonymousMemory(arena, segment);
    }

    private static void unmap(long address, long bytes) {
        if (Libc.munmap(address, bytes) < 0) {
            throw new IllegalStateException("munmap of " + bytes + " bytes failed");
        }
    }

    /** The memory, page-aligned; valid until this is closed. */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
