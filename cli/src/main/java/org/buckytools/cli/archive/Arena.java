package org.buckytools.cli.archive;

import java.nio.ByteBuffer;

/**
 * Copies pieces of files one behind the other into blocks, so that small files share one. A block is given back when the arena is
 * past it and nothing in it is needed any more. For one thread; the pieces may be used and given up by others.
 */
final class Arena implements AutoCloseable {
    private final Memory memory;
    private Block current;

    Arena(Memory memory) {
        this.memory = memory;
    }

    /** Copies as many bytes as fit into the block, at least one. */
    Block.Piece add(ByteBuffer source) {
        if (current == null || !current.bytes().hasRemaining()) {
            close();
            current = new Block(memory);
        }
        ByteBuffer bytes = current.bytes();
        int from = bytes.position();
        int length = Math.min(source.remaining(), bytes.remaining());
        bytes.put(source.slice(source.position(), length));
        source.position(source.position() + length);
        return current.piece(bytes.slice(from, length));
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
