package org.buckytools.whisper.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Reads and writes an open {@link Descriptor} at given places. For whoever holds one anyway and deals with so many files that
 * a {@code FileChannel} beside it, opened through {@code /proc}, would cost more than the reading.
 */
public final class FileContent {
    private FileContent() {}

    private static final class Pread {
        static final MethodHandle HANDLE =
                Libc.function("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    private static final class Pwrite {
        static final MethodHandle HANDLE =
                Libc.function("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    private static final class Ftruncate {
        static final MethodHandle HANDLE =
                Libc.function("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    private static final class CopyFileRange {
        static final MethodHandle HANDLE = Libc.function(
                "copy_file_range",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    /**
     * Reads bytes.
     *
     * @param into native memory, filled whole unless the file ends before
     * @return bytes read
     */
    public static long read(Descriptor file, MemorySegment into, long offset) throws IOException {
        long done = 0;
        long length = into.byteSize();
        long address = addressOf(into);
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            while (done < length) {
                long result = Libc.result(
                        (long) Pread.HANDLE.invokeExact(
                                state, file.number(), address + done, length - done, offset + done),
                        state);
                if (result == 0) {
                    break;
                }
                if (result != -Errno.EINTR) {
                    done += checked("read", file, result);
                }
            }
        } catch (Throwable e) {
            throw thrown(e);
        } finally {
            Reference.reachabilityFence(into);
        }
        return done;
    }

    private static long addressOf(MemorySegment memory) {
        if (!memory.isNative() || !memory.scope().isAlive()) {
            throw new IllegalArgumentException("memory of the heap or given back, which has no address");
        }
        return memory.address();
    }

    /**
     * Reads bytes that must be there.
     *
     * @throws EOFException if the file ends before {@code into} is full
     */
    public static void readFully(Descriptor file, MemorySegment into, long offset) throws IOException {
        long read = read(file, into, offset);
        if (read < into.byteSize()) {
            throw new EOFException(
                    file.path() + " became shorter while it was read: nothing at byte " + (offset + read));
        }
    }

    /** Writes all of {@code bytes}, which is native memory. */
    public static void write(Descriptor file, MemorySegment bytes, long offset) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            write(file, bytes, bytes.byteSize(), offset, call.state());
        }
    }

    private static void write(Descriptor file, MemorySegment bytes, long length, long offset, MemorySegment state)
            throws IOException {
        long done = 0;
        long address = addressOf(bytes);
        try {
            while (done < length) {
                long result = Libc.result(
                        (long) Pwrite.HANDLE.invokeExact(
                                state, file.number(), address + done, length - done, offset + done),
                        state);
                if (result != -Errno.EINTR) {
                    done += checked("write", file, result);
                }
            }
        } catch (Throwable e) {
            throw thrown(e);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /** Writes thousands of small pieces without allocating anything for one. Belongs to the thread that made it. */
    public static final class PieceWriter implements AutoCloseable {
        private final Descriptor file;
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment state = arena.allocate(Libc.STATE);
        private final MemorySegment memory;
        private final ByteBuffer buffer;

        /**
         * @param file open for writing; stays open
         * @param longest piece, in bytes
         */
        public PieceWriter(Descriptor file, int longest) {
            this.file = file;
            this.memory = arena.allocate(longest);
            this.buffer = memory.asByteBuffer();
        }

        /** Writes all remaining bytes of a piece. */
        public void write(ByteBuffer piece, long offset) throws IOException {
            buffer.clear().put(piece);
            FileContent.write(file, memory, buffer.position(), offset, state);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** Cuts a file to a length, or lengthens it by a hole. */
    public static void truncate(Descriptor file, long length) throws IOException {
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            int result;
            do {
                result = (int) Libc.result((int) Ftruncate.HANDLE.invokeExact(state, file.number(), length), state);
            } while (result == -Errno.EINTR);
            checked("ftruncate", file, result);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /**
     * Makes sure that a range has space on the disk without changing the file's length.
     *
     * @return false if the file system cannot do this
     * @throws PosixException with {@link Errno#ENOSPC} if there is no space
     */
    public static boolean reserve(Descriptor file, long offset, long length) throws IOException {
        int result = Libc.fallocate(file.number(), Libc.FALLOC_FL_KEEP_SIZE, offset, length);
        if (result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS) {
            return false;
        }
        checked("fallocate", file, result);
        return true;
    }

    /**
     * Copies a range to the same place of another file within the kernel, sharing the blocks where the file system can.
     *
     * @return bytes copied, fewer if the file ends before; -1 if the file systems cannot do this
     */
    public static long copy(Descriptor from, Descriptor to, long offset, long length) throws IOException {
        long done = 0;
        try (CallMemory call = CallMemory.take()) {
            MemorySegment state = call.state();
            long in = call.record();
            long out = in + Long.BYTES;
            while (done < length) {
                call.fields()
                        .putLong(CallMemory.RECORD, offset + done)
                        .putLong(CallMemory.RECORD + Long.BYTES, offset + done);
                long result = Libc.result(
                        (long) CopyFileRange.HANDLE.invokeExact(
                                state, from.number(), in, to.number(), out, length - done, 0),
                        state);
                switch (result < 0 ? (int) -result : 0) {
                    case Errno.EXDEV, Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EPERM -> {
                        return -1;
                    }
                    case Errno.EINTR -> {}
                    default -> done += checked("copy_file_range", to, result);
                }
                if (result == 0) {
                    break;
                }
            }
        } catch (Throwable e) {
            throw thrown(e);
        }
        return done;
    }

    private static long checked(String call, Descriptor file, long result) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, file.path(), (int) -result);
        }
        return result;
    }

    private static IOException thrown(Throwable e) {
        if (e instanceof IOException failure) {
            return failure;
        }
        throw Libc.unexpected(e);
    }
}
