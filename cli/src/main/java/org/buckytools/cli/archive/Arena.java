package org.buckytools.cli.archive;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lays pieces of files one behind the other into blocks, so that small files share one. A block is given back when the arena is
 * past it and nothing in it is needed any more. For one thread; the pieces may be used and given up by others.
 */
final class Arena implements AutoCloseable {
    private final Memory memory;
    private Block current;

    Arena(Memory memory) {
        this.memory = memory;
    }

    /** One block, with a count of those who need it. */
    private static final class Block {
        private final Memory memory;
        private final ByteBuffer bytes;
        private final AtomicInteger users = new AtomicInteger(1);

        Block(Memory memory) {
            this.memory = memory;
            this.bytes = memory.take();
        }

        void giveUp() {
            if (users.decrementAndGet() == 0) {
                memory.give(bytes);
            }
        }
    }

    /** A piece of a file in a block, to be given up once. */
    static final class Piece {
        private final Block block;
        private final int from;
        private final int length;

        private Piece(Block block, int from, int length) {
            this.block = block;
            this.from = from;
            this.length = length;
        }

        int length() {
            return length;
        }

        /** Its bytes, direct; each call gives another buffer. */
        ByteBuffer bytes() {
            return block.bytes.slice(from, length);
        }

        void giveUp() {
            block.giveUp();
        }
    }

    /** Copies as many bytes as fit into the block, at least one. */
    Piece add(ByteBuffer source) {
        if (current == null || !current.bytes.hasRemaining()) {
            close();
            current = new Block(memory);
        }
        int from = current.bytes.position();
        int length = Math.min(source.remaining(), current.bytes.remaining());
        current.bytes.put(source.slice(source.position(), length));
        source.position(source.position() + length);
        current.users.incrementAndGet();
        return new Piece(current, from, length);
    }

    /** Nothing more is added; the pieces stay until they are given up. */
    @Override
    public void close() {
        if (current != null) {
            current.giveUp();
            current = null;
        }
    }
}
