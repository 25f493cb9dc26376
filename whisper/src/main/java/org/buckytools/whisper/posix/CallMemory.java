package org.buckytools.whisper.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.InvalidPathException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Native memory for the arguments of one system call: two names, a record, and where the error number goes. Making and clearing
 * memory for each call takes as long as a short call itself; so the memory of earlier calls is used again. Calls block no longer
 * than the system does and are not left for another virtual thread, so there are never more at once than threads of the system.
 *
 * <p>Its fields are read and written through a {@link ByteBuffer}: with the first compiler alone that takes a fraction of what it
 * takes through a {@link MemorySegment}.
 */
final class CallMemory implements AutoCloseable {
    /** Where the record is, as {@link #fields} counts: an argument or result other than a name, {@value #RECORD_BYTES} bytes. */
    static final int RECORD = 16;

    static final int RECORD_BYTES = 256;

    /** {@code PATH_MAX}: what is that long or longer, the kernel refuses. */
    private static final int NAME_BYTES = 4096;

    private static final int NAME = RECORD + RECORD_BYTES;
    private static final int SECOND_NAME = NAME + NAME_BYTES + 8;
    private static final int BYTES = SECOND_NAME + NAME_BYTES + 8;

    /** More than threads are in calls at once, as a rule: a power of two. */
    private static final int POOL_SIZE = 32;

    private static final int TRIES = 4;
    private static final CallMemory[] POOL = new CallMemory[POOL_SIZE];

    static {
        for (int i = 0; i < POOL_SIZE; i++) {
            POOL[i] = new CallMemory();
        }
    }

    /** 1 while it is in use. */
    private final AtomicInteger taken = new AtomicInteger();

    private MemorySegment state;
    private ByteBuffer fields;
    private long address;

    private CallMemory() {}

    /** Memory for a call of this thread, who closes it before it blocks in anything but that call. */
    static CallMemory take() {
        int at = (int) Thread.currentThread().threadId();
        for (int i = 0; i < TRIES; i++) {
            CallMemory free = POOL[(at + i) & (POOL_SIZE - 1)];
            if (free.taken.compareAndSet(0, 1)) {
                return free.state == null ? free.allocated(Arena.global()) : free;
            }
        }
        return new CallMemory().allocated(Arena.ofAuto());
    }

    private CallMemory allocated(Arena arena) {
        MemorySegment memory = arena.allocate(BYTES, 16);
        fields = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        address = memory.address();
        state = memory.asSlice(0, Libc.STATE.byteSize());
        return this;
    }

    /** Where a call leaves its error number. */
    MemorySegment state() {
        return state;
    }

    /** All of it, in this machine's byte order. */
    ByteBuffer fields() {
        return fields;
    }

    /** The address of the record. */
    long record() {
        return address + RECORD;
    }

    /**
     * The address of a file name as C has it, UTF-8 with a zero byte behind it.
     *
     * @throws InvalidPathException if there is a NUL in it, where C would see the end and so another name
     */
    long name(String name) {
        return put(NAME, bytes(name));
    }

    /** As {@link #name(String)}, of the bytes of a directory entry. */
    long name(byte[] name) {
        return put(NAME, name);
    }

    /** As {@link #name(String)}, beside that one. */
    long secondName(String name) {
        return put(SECOND_NAME, bytes(name));
    }

    private static byte[] bytes(String name) {
        int nul = name.indexOf('\0');
        if (nul >= 0) {
            throw new InvalidPathException(name, "NUL in a file name", nul);
        }
        return name.getBytes(UTF_8);
    }

    private long put(int at, byte[] name) {
        // One that is cut off here is as much too long for the kernel as it was.
        int length = Math.min(name.length, NAME_BYTES);
        fields.put(at, name, 0, length);
        fields.put(at + length, (byte) 0);
        return address + at;
    }

    @Override
    public void close() {
        taken.lazySet(0);
    }
}
