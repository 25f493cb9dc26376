package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.buckytools.agent.store.Incoming;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.StagedBatch;
import org.buckytools.agent.store.StoreResult;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.StreamedFile;

/**
 * Makes received files durable, several at once since that is much cheaper, and reports them. It has one thread; all other
 * methods are for the one thread that receives. At most one batch waits while one is being committed and one is filling.
 */
final class Committer implements AutoCloseable {
    /** A batch is committed when it has this many files, */
    private static final int BATCH_FILES = 64;

    /** or this many bytes, */
    private static final long BATCH_BYTES = 8 << 20;

    /** or this many that are held in memory until they are filled in, one by one and not cheaper for being many, */
    private static final long BATCH_HELD_BYTES = 1 << 20;

    /** or when its first file has waited so long for others. */
    private static final Duration BATCH_WAIT = Duration.ofMillis(50);

    private final MetricStore store;
    private final PullService.Results results;
    private final BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(1);
    private final Thread thread;

    /** Why results cannot be reported any more; null while they can. Written by the committer's thread only. */
    private volatile IOException gone;

    private Batch filling;
    private long sourceNow;
    private boolean ended;

    Committer(MetricStore store, PullService.Results results) {
        this.store = store;
        this.results = results;
        this.filling = new Batch(store.batch());
        this.thread = Thread.ofPlatform().daemon().name("pull-committer").start(this::commitBatches);
    }

    /** Nobody takes the results any more, so there is no point in going on. */
    static final class GoneException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        GoneException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** What is known of a metric before it is committed; without a failure it is the next one of the batch's stages. */
    private record Entry(
            int index,
            String metric,
            long size,
            long wireBytes,
            Optional<String> version,
            Optional<ItemFailure> failure) {}

    /** Handed from one thread to the other, never used by both. */
    private static final class Batch {
        private final StagedBatch stages;
        private final List<Entry> entries = new ArrayList<>();
        private long bytes;
        private long heldBytes;
        private long sourceNow;
        private long firstNanos;
        private boolean last;

        Batch(StagedBatch stages) {
            this.stages = stages;
        }
    }

    /** The source's clock in Unix seconds, by which later files are filled. */
    void setSourceNow(long now) {
        sourceNow = now;
    }

    /** To be called when a file of this size is about to come: what has waited long enough must not wait for it. */
    void beforeFile(long size) throws IOException {
        if (isWaitOver() || size > BATCH_BYTES) {
            commitFilling();
        }
    }

    /** A file has come whole; {@code incoming} is the committer's from now on. */
    void received(int index, StreamedFile file, long wireBytes, Incoming incoming) throws IOException {
        String metric = incoming.metric().value();
        filling.stages.add(incoming);
        filling.heldBytes += incoming.isHeld() ? file.size() : 0;
        add(new Entry(index, metric, file.size(), wireBytes, file.version(), Optional.empty()));
    }

    /** There is nothing to be committed of a metric. */
    void failed(int index, long size, ItemFailure failure) throws IOException {
        add(new Entry(index, "", size, 0, Optional.empty(), Optional.of(failure)));
    }

    /** Commits the rest, and waits until everything has been reported. */
    void finish() throws IOException {
        end();
        if (gone != null) {
            throw new GoneException(gone);
        }
    }

    /** Waits for the thread; stages that were not committed are removed. */
    @Override
    public void close() throws InterruptedIOException {
        if (!ended) {
            filling.stages.close();
            filling = new Batch(store.batch());
            end();
        }
    }

    private void add(Entry entry) throws IOException {
        if (filling.entries.isEmpty()) {
            filling.firstNanos = System.nanoTime();
        }
        filling.entries.add(entry);
        filling.bytes += entry.size();
        if (filling.entries.size() >= BATCH_FILES
                || filling.bytes >= BATCH_BYTES
                || filling.heldBytes >= BATCH_HELD_BYTES
                || isWaitOver()) {
            commitFilling();
        }
    }

    private boolean isWaitOver() {
        return !filling.entries.isEmpty() && System.nanoTime() - filling.firstNanos >= BATCH_WAIT.toNanos();
    }

    private void commitFilling() throws IOException {
        if (gone != null) {
            throw new GoneException(gone);
        }
        if (!filling.entries.isEmpty()) {
            Batch full = filling;
            filling = new Batch(store.batch());
            hand(full);
        }
    }

    private void end() throws InterruptedIOException {
        ended = true;
        filling.last = true;
        hand(filling);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void hand(Batch batch) throws InterruptedIOException {
        batch.sourceNow = sourceNow;
        try {
            queue.put(batch);
        } catch (InterruptedException e) {
            batch.stages.close();
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while metrics were being stored");
    }

    private void commitBatches() {
        for (boolean last = false; !last; ) {
            Batch batch;
            try {
                batch = queue.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a pull's committer", e);
            }
            try (StagedBatch stages = batch.stages) {
                if (gone == null && !batch.entries.isEmpty()) {
                    results.accept(commit(batch, stages));
                }
            } catch (IOException e) {
                gone = e;
            }
            last = batch.last;
        }
    }

    private static List<PullResult> commit(Batch batch, StagedBatch stages) {
        Iterator<StagedBatch.Result> stored = stages.commit(batch.sourceNow).iterator();
        List<PullResult> reported = new ArrayList<>(batch.entries.size());
        for (Entry entry : batch.entries) {
            reported.add(
                    entry.failure().isPresent() ? failure(entry, entry.failure().get()) : result(entry, stored.next()));
        }
        return reported;
    }

    private static PullResult result(Entry entry, StagedBatch.Result stored) {
        if (stored.failure().isPresent()) {
            return failure(
                    entry,
                    ItemFailures.ofWriting(entry.metric(), stored.failure().get()));
        }
        StoreResult result = stored.stored().orElseThrow();
        PullResult.Outcome outcome = switch (result.outcome()) {
            case CREATED -> PullResult.Outcome.CREATED;
            case FILLED, REPLACED -> PullResult.Outcome.FILLED;
            case UNCHANGED -> PullResult.Outcome.UNCHANGED;
        };
        return PullResult.stored(
                entry.index(), outcome, entry.size(), entry.wireBytes(), entry.version(), result.leftBehind());
    }

    private static PullResult failure(Entry entry, ItemFailure failure) {
        return PullResult.failed(entry.index(), entry.size(), entry.wireBytes(), failure);
    }
}
