package org.buckytools.cli.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A whole file. What was never written of it is zero and takes no room. It lies in memory, in a temporary file, or where it stands in
 * an archive. Made by one thread with a {@link Builder}; then it may be
 * read by several, and is closed once by each of its users.
 */
final class Content implements AutoCloseable {
    /** Blocks of zeros of this size are not handed on if they lie in a backing. */
    private static final int ZERO_BLOCK = 4096;

    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(ZERO_BLOCK).asReadOnlyBuffer();

    private final long size;
    private final List<Extent> extents;
    private final Optional<? extends Backing> backing;
    private final Memory memory;
    private final AtomicInteger users = new AtomicInteger(1);
    private Runnable whenClosed = () -> {};

    /**
     * Bytes that are next to each other.
     *
     * @param piece null if they lie in the backing, at the same offset
     */
    private record Extent(long offset, long length, Block.Piece piece) {
        long end() {
            return offset + length;
        }
    }

    private Content(long size, List<Extent> extents, Optional<? extends Backing> backing, Memory memory) {
        this.size = size;
        this.extents = List.copyOf(extents);
        this.backing = backing;
        this.memory = memory;
    }

    /** A file all of which lies elsewhere. */
    static Content of(Backing backing, long size, Memory memory) {
        return new Content(size, List.of(new Extent(0, size, null)), Optional.of(backing), memory);
    }

    /** Takes parts of a file. */
    @FunctionalInterface
    interface Sink {
        /** {@code bytes} are direct and valid only during the call; all of them are taken. */
        void write(long offset, ByteBuffer bytes) throws IOException;
    }

    /** Bytes of the file, with those that are zero. */
    long size() {
        return size;
    }

    /** Hands on everything that is not known to be zero, from the start to the end. */
    void forEach(Sink sink) throws IOException {
        for (Extent extent : extents) {
            if (extent.piece() != null) {
                sink.write(extent.offset(), extent.piece().bytes());
            } else {
                copyBacked(extent, sink);
            }
        }
    }

    private void copyBacked(Extent extent, Sink sink) throws IOException {
        ByteBuffer block = memory.take();
        try {
            for (long at = extent.offset(); at < extent.end(); at += block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), extent.end() - at));
                readBacking(at, block);
                handOn(at, block.flip(), sink);
            }
        } finally {
            memory.give(block);
        }
    }

    /** Hands on what lies between blocks of zeros. */
    private static void handOn(long offset, ByteBuffer block, Sink sink) throws IOException {
        int length = block.limit();
        int from = 0;
        for (int at = 0; at < length; at += ZERO_BLOCK) {
            int end = Math.min(at + ZERO_BLOCK, length);
            if (isZero(block, at, end)) {
                handOn(offset, block, from, at, sink);
                from = end;
            }
        }
        handOn(offset, block, from, length, sink);
    }

    private static void handOn(long offset, ByteBuffer block, int from, int to, Sink sink) throws IOException {
        if (from < to) {
            sink.write(offset + from, block.slice(from, to - from));
        }
    }

    private static boolean isZero(ByteBuffer block, int from, int to) {
        // In most blocks the first bytes tell.
        if (to - from >= Long.BYTES && block.getLong(from) != 0) {
            return false;
        }
        return block.slice(from, to - from).mismatch(ZEROS.slice(0, to - from)) < 0;
    }

    private void readBacking(long at, ByteBuffer target) throws IOException {
        Backing bytes = backing.orElseThrow();
        // Uploads to several owners read the same file.
        synchronized (bytes) {
            bytes.read(at, target);
        }
    }

    /** Fills {@code target} with what is at this place; it must lie within the file. */
    void read(long offset, ByteBuffer target) throws IOException {
        long end = offset + target.remaining();
        long at = offset;
        for (Extent extent : extents) {
            long from = Math.max(at, extent.offset());
            long to = Math.min(end, extent.end());
            if (from < to) {
                putZeros(target, from - at);
                if (extent.piece() == null) {
                    int limit = target.limit();
                    target.limit(target.position() + (int) (to - from));
                    readBacking(from, target);
                    target.limit(limit);
                } else {
                    target.put(extent.piece().bytes().slice((int) (from - extent.offset()), (int) (to - from)));
                }
                at = to;
            }
        }
        putZeros(target, end - at);
    }

    private static void putZeros(ByteBuffer target, long count) {
        for (long left = count; left > 0; left -= ZERO_BLOCK) {
            target.put(ZEROS.slice(0, (int) Math.min(left, ZERO_BLOCK)));
        }
    }

    /** Says that there will be so many users, each of whom closes it, and what is to be done after the last has. */
    Content forUsers(int count, Runnable done) {
        whenClosed = done;
        users.set(count);
        return this;
    }

    @Override
    public void close() {
        if (users.decrementAndGet() == 0) {
            discard(extents, backing);
            whenClosed.run();
        }
    }

    private static void discard(List<Extent> extents, Optional<? extends Backing> backing) {
        for (Extent extent : extents) {
            if (extent.piece() != null) {
                extent.piece().giveUp();
            }
        }
        if (backing.isPresent()) {
            try {
                backing.get().close();
            } catch (IOException e) {
                throw new UncheckedIOException("a temporary file cannot be closed", e);
            }
        }
    }

    /** Takes a file as it comes. For one thread. */
    static final class Builder implements AutoCloseable {
        private final Memory memory;
        private final long allowed;
        private final Arena arena;
        private final long size;
        private final List<Extent> extents = new ArrayList<>();
        private Optional<SpoolFile> spool = Optional.empty();
        private long held;

        /**
         * @param allowed how many bytes may lie in memory; with more than that, all of it goes to a temporary file
         * @param size of the whole file
         */
        Builder(Memory memory, long allowed, Arena arena, long size) {
            this.memory = memory;
            this.allowed = allowed;
            this.arena = arena;
            this.size = size;
        }

        /** Adds a part behind those before; what lies between is zero. */
        void write(long offset, ByteBuffer bytes) throws IOException {
            requirePlace(offset, bytes);
            if (spool.isEmpty() && held + bytes.remaining() > allowed) {
                moveToDisk();
            }
            held += bytes.remaining();
            if (spool.isPresent()) {
                spool(offset, bytes);
                return;
            }
            long at = offset;
            while (bytes.hasRemaining()) {
                Block.Piece piece = arena.add(bytes);
                extents.add(new Extent(at, piece.length(), piece));
                at += piece.length();
            }
        }

        /**
         * As {@link #write}, without a copy: {@code bytes} stay where they are, and nobody may write there any more.
         *
         * @param block in which they lie
         */
        void keep(long offset, Block block, ByteBuffer bytes) throws IOException {
            if (spool.isPresent() || held + bytes.remaining() > allowed) {
                write(offset, bytes);
                return;
            }
            requirePlace(offset, bytes);
            held += bytes.remaining();
            extents.add(new Extent(offset, bytes.remaining(), block.piece(bytes.slice())));
        }

        private void requirePlace(long offset, ByteBuffer bytes) {
            if (offset < end() || offset > size - bytes.remaining()) {
                throw new IllegalArgumentException(
                        bytes.remaining() + " bytes at " + offset + " of " + size + ", after " + end());
            }
        }

        private long end() {
            return extents.isEmpty() ? 0 : extents.getLast().end();
        }

        private void moveToDisk() throws IOException {
            spool = Optional.of(new SpoolFile());
            List<Extent> before = List.copyOf(extents);
            extents.clear();
            for (Extent extent : before) {
                try {
                    spool(extent.offset(), extent.piece().bytes());
                } finally {
                    extent.piece().giveUp();
                }
            }
        }

        private void spool(long offset, ByteBuffer bytes) throws IOException {
            int length = bytes.remaining();
            spool.orElseThrow().write(offset, bytes);
            if (offset == end() && !extents.isEmpty()) {
                Extent last = extents.removeLast();
                extents.add(new Extent(last.offset(), last.length() + length, null));
            } else {
                extents.add(new Extent(offset, length, null));
            }
        }

        /** All has come. */
        Content finish() {
            Content whole = new Content(size, extents, spool, memory);
            extents.clear();
            spool = Optional.empty();
            return whole;
        }

        /** Forgets what has come, unless it was finished. */
        @Override
        public void close() {
            discard(extents, spool);
            extents.clear();
            spool = Optional.empty();
        }
    }
}
