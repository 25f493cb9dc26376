package org.buckytools.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a file's bytes in pieces. */
@FunctionalInterface
public interface ChunkSink {
    /**
     * Takes the next piece.
     *
     * @param offset of the first byte in the file
     * @param bytes at least one, at most {@link SourceFile#CHUNK_BYTES}; direct, read-only, and valid only during the call
     */
    void chunk(long offset, ByteBuffer bytes) throws IOException;
}
