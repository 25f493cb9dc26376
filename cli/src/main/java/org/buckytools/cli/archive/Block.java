package org.buckytools.cli.archive;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A block of {@link Memory} with a count of those who need it, of whom whoever took it is the first. It goes back when all have
 * given it up. Its bytes are written by one thread; those that are there may be read and given up by others.
 */
final class Block {
    private final Memory memory;
    private final ByteBuffer bytes;
    private final AtomicInteger users = new AtomicInteger(1);

    /** Takes a block. */
    Block(Memory memory) {
        this.memory = memory;
        this.bytes = memory.take();
    }

    /** The whole block, for who fills it: always the same buffer. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** To be called once by each of its users. */
    void giveUp() {
        if (users.decrementAndGet() == 0) {
            memory.give(bytes);
        }
    }

    /**
     * Makes of a part of it a piece that needs it.
     *
     * @param part shares its memory with {@link #bytes}
     */
    Piece piece(ByteBuffer part) {
        users.incrementAndGet();
        return new Piece(this, part);
    }

    /** A piece of a file in a block, to be given up once. */
    static final class Piece {
        private final Block block;
        private final ByteBuffer bytes;

        private Piece(Block block, ByteBuffer bytes) {
            this.block = block;
            this.bytes = bytes;
        }

        int length() {
            return bytes.remaining();
        }

        /** Its bytes, direct; each call gives another buffer. */
        ByteBuffer bytes() {
            return bytes.duplicate();
        }

        void giveUp() {
            block.giveUp();
        }
    }
}
