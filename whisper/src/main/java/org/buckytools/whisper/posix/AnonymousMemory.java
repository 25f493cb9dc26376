package org.buckytools.whisper.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory straight from the kernel: zeros that take room only where they are written to, and that go back at once when closed.
 * It does not count towards the JVM's limit on direct memory, so whoever allocates bounds it. Any thread may use it, but none
 * may close it while another does.
 */
public final class AnonymousMemory implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;

    private final Arena arena;
    private final MemorySegment segment;

    private AnonymousMemory(Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
    }

    private static final class Mmap {
        static final MethodHandle HANDLE = Libc.function(
                "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    private static final class Munmap {
        static final MethodHandle HANDLE = Libc.function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
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
        MemorySegment start;
        try (Arena call = Arena.ofConfined()) {
            MemorySegment state = call.allocate(Libc.STATE);
            start = (MemorySegment) Mmap.HANDLE.invokeExact(
                    state, MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
        if (start.address() == -1) {
            throw new OutOfMemoryError("the system refuses " + bytes + " bytes of memory");
        }
        Arena arena = Arena.ofShared();
        long address = start.address();
        return new AnonymousMemory(arena, start.reinterpret(bytes, arena, segment -> unmap(address, bytes)));
    }

    private static void unmap(long address, long bytes) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment state = call.allocate(Libc.STATE);
            int result = (int) Munmap.HANDLE.invokeExact(state, MemorySegment.ofAddress(address), bytes);
            if (result != 0) {
                throw new IllegalStateException("munmap of " + bytes + " bytes failed");
            }
        } catch (Throwable e) {
            throw Libc.unexpected(e);
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
