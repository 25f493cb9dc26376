package org.buckytools.cli.archive;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a file are that does not lie in memory. */
interface Backing extends AutoCloseable {
    /** Fills {@code target} with what is at this place of the file. For one thread at a time. */
    void read(long offset, ByteBuffer target) throws IOException;

    /** It is needed no more. */
    @Override
    void close() throws IOException;
}
