package org.buckytools.cli.archive;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where an archive's bytes go. For one thread. */
interface ArchiveOutput extends AutoCloseable {
    /** Takes all that remains in {@code bytes}, which is the caller's again on return. */
    void write(ByteBuffer bytes) throws IOException;

    /** Takes so many zeros. */
    void zeros(long count) throws IOException;

    /** Everything was written; hands on what was held back. */
    void finish() throws IOException;

    /** Gives up what it has; after {@link #finish} there is nothing to be given up. */
    @Override
    void close();
}
