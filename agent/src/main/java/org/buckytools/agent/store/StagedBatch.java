package org.buckytools.agent.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Uploads that are made durable together, which for small files is much cheaper than one by one: the disk is set to writing all
 * of them before the first is waited for, and each directory is synced once. For one thread at a time.
 */
public final class StagedBatch implements AutoCloseable {
    /** Each upload in it keeps its file open, and those of a directory together that, or each for itself. */
    public static final int MAX_SIZE = 256;

    private final MetricStore store;
    private final List<Incoming> uploads = new ArrayList<>();

    StagedBatch(MetricStore store) {
        this.store = store;
    }

    /**
     * What became of one upload.
     *
     * @param stored empty if it failed
     * @param failure present exactly if it failed; as {@link Incoming#createOrFill} would have thrown it
     */
    public record Result(Optional<StoreResult> stored, Optional<IOException> failure) {
        static Result of(StoreResult stored) {
            return new Result(Optional.of(stored), Optional.empty());
        }

        static Result of(IOException failure) {
            return new Result(Optional.empty(), Optional.of(failure));
        }
    }

    /** Takes over an upload that is written whole; the batch closes it. At most {@value #MAX_SIZE}. */
    public void add(Incoming incoming) {
        if (uploads.size() == MAX_SIZE) {
            throw new IllegalStateException("a batch has at most " + MAX_SIZE + " uploads");
        }
        uploads.add(incoming);
    }

    /** Uploads added since the last commit. */
    public int size() {
        return uploads.size();
    }

    /**
     * Does for each upload what {@link Incoming#createOrFill} does; one that fails does not stop the others. The batch is
     * empty afterwards and can be used again.
     *
     * @param sourceNow as for {@link Incoming#createOrFill}
     * @return one result an upload, in the order in which they were added; all that succeeded are durable
     */
    public List<Result> commit(long sourceNow) {
        try {
            return store.commit(uploads, sourceNow);
        } finally {
            close();
        }
    }

    /** Removes what was added and not committed. */
    @Override
    public void close() {
        uploads.forEach(Incoming::close);
        uploads.clear();
    }
}
