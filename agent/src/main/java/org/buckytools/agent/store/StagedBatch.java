package org.buckytools.agent.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Uploads that are made durable together, which for small files is much cheaper than one by one. For one thread at a time.
 */
public final class StagedBatch implements AutoCloseable {
    /** Each upload in it keeps a file open. */
    public static final int MAX_SIZE = 256;

    StagedBatch() {}

    /**
     * What became of one upload.
     *
     * @param stored empty if it failed
     * @param failure present exactly if it failed; as {@link Incoming#createOrFill} would have thrown it
     */
    public record Result(Optional<StoreResult> stored, Optional<IOException> failure) {}

    /** Takes over an upload that is written whole; the batch closes it. At most {@value #MAX_SIZE}. */
    public void add(Incoming incoming) {
        throw new UnsupportedOperationException();
    }

    /** Uploads added since the last commit. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /**
     * Does for each upload what {@link Incoming#createOrFill} does; one that fails does not stop the others. The batch is
     * empty afterwards and can be used again.
     *
     * @param sourceNow as for {@link Incoming#createOrFill}
     * @return one result an upload, in the order in which they were added; all that succeeded are durable
     */
    public List<Result> commit(long sourceNow) {
        throw new UnsupportedOperationException();
    }

    /** Removes what was added and not committed. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
