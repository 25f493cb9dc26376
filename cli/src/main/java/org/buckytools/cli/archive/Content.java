package org.buckytools.cli.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A whole file. What was never written of it is zero and takes no room. Made by one thread with a {@link Builder}; then it may be
 * read by several, and is closed once by each of its users.
 */
final class Content implements AutoCloseable {
    private final long size;
    private final List<Extent> extents;
    private final Optional<SpoolFile> spool;
    private final Memory memory;
    private final AtomicInteger users = new AtomicInteger(1);
    private Runnable whenClosed = () -> {};

    /**
     * Bytes that are next to each other.
     *
     * @param piece null if they lie in the temporary file, at the same offset
     */
    private record Extent(long offset, long length, Arena.Piece piece) {
        long end() {
            return offset + length;
        }
    }

    private Content(long size, List<Extent> extents, Optional<SpoolFile> spool, Memory memory) {
        this.size = size;
        this.extents = List.copyOf(extents);
        this.spool = spool;
        this.memory = memory;
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
                copySpooled(extent, sink);
            }
        }
    }

    private void copySpooled(Extent extent, Sink sink) throws IOException {
        ByteBuffer block = memory.take();
        try {
            for (long at = extent.offset(); at < extent.end(); at += block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), extent.end() - at));
                readSpooled(at, block);
                sink.write(at, block.flip().duplicate());
            }
        } finally {
            memory.give(block);
        }
    }

    private void readSpooled(long at, ByteBuffer target) throws IOException {
        SpoolFile file = spool.orElseThrow();
        // Uploads to several owners read the same file.
        synchronized (file) {
            file.read(at, target);
        }
    }

    /** Fills {@code target} with what is at this place; it must lie within the file. */
    void read(long offset, ByteBuffer target) throws IOException {
        int start = target.position();
        int length = target.remaining();
        for (int i = 0; i < length; i++) {
            target.put(start + i, (byte) 0);
        }
        for (Extent extent : extents) {
            long from = Math.max(offset, extent.offset());
            long to = Math.min(offset + length, extent.end());
            if (from < to) {
                ByteBuffer part = target.slice(start + (int) (from - offset), (int) (to - from));
                if (extent.piece() == null) {
                    readSpooled(from, part);
                } else {
                    part.put(extent.piece().bytes().slice((int) (from - extent.offset()), (int) (to - from)));
                }
            }
        }
        target.position(start + length);
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
            discard(extents, spool);
            whenClosed.run();
        }
    }

    private static void discard(List<Extent> extents, Optional<SpoolFile> spool) {
        for (Extent extent : extents) {
            if (extent.piece() != null) {
                extent.piece().giveUp();
            }
        }
        if (spool.isPresent()) {
            try {
                spool.get().close();
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
            if (offset < end() || offset > size - bytes.remaining()) {
                throw new IllegalArgumentException(
                        bytes.remaining() + " bytes at " + offset + " of " + size + ", after " + end());
            }
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
                Arena.Piece piece = arena.add(bytes);
                extents.add(new Extent(at, piece.length(), piece));
                at += piece.length();
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
