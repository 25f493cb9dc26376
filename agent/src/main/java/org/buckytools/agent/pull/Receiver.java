package org.buckytools.agent.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.buckytools.agent.store.Incoming;
import org.buckytools.agent.store.KeptFolder;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.StreamedFile;

/**
 * Takes files as they come into stages, and hands what is whole to a {@link Committer}. What goes wrong with one of them here
 * costs that one alone. For one thread.
 */
final class Receiver implements FileStreamReader.Handler, AutoCloseable {
    private final MetricStore store;
    private final Committer committer;
    private final List<Integer> wanted;
    private final IntFunction<MetricName> targets;
    private final KeptFolder near;
    private final LongConsumer sizes;
    private LongSupplier storedBytes = () -> 0;

    /** Metrics of which the fate is known, or in the committer's hands. */
    private int settled;

    private StreamedFile file;
    private Optional<Incoming> incoming = Optional.empty();
    private Optional<ItemFailure> failure = Optional.empty();

    /**
     * @param wanted the index to be reported for each file of the stream, in the stream's order
     * @param targets the metric that such an index stands for
     * @param sizes told the size of each file, in bytes, when it begins
     */
    Receiver(
            MetricStore store,
            Committer committer,
            List<Integer> wanted,
            IntFunction<MetricName> targets,
            LongConsumer sizes) {
        this.store = store;
        this.near = store.keptFolder();
        this.committer = committer;
        this.wanted = wanted;
        this.targets = targets;
        this.sizes = sizes;
    }

    /** Tells how many bytes of the last file's content crossed the network. */
    void setStoredBytes(LongSupplier bytes) {
        storedBytes = bytes;
    }

    /** Whether every file has come, or why it has not. */
    boolean isComplete() {
        return settled == wanted.size();
    }

    /** Reports those that have not come, when they will not come any more. */
    void failRest(ItemFailure reason) throws IOException {
        close();
        while (!isComplete()) {
            committer.failed(wanted.get(settled++), 0, reason);
        }
    }

    @Override
    public void file(StreamedFile begun) throws IOException {
        sizes.accept(begun.size());
        committer.beforeFile(begun.size());
        file = begun;
        failure = Optional.empty();
        MetricName to = target();
        try {
            incoming = Optional.of(store.receive(to, begun.size(), begun.mode(), begun.modTime(), near));
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(ItemFailures.ofWriting(to.value(), e));
        }
    }

    @Override
    public void chunk(long offset, ByteBuffer bytes) {
        if (incoming.isEmpty()) {
            return;
        }
        try {
            incoming.get().write(offset, bytes);
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(ItemFailures.ofWriting(target().value(), e));
            discard();
        }
    }

    @Override
    public void fileEnd() throws IOException {
        settled++;
        int index = wanted.get(file.index());
        if (failure.isPresent()) {
            committer.failed(index, file.size(), failure.get());
            return;
        }
        Incoming whole = incoming.orElseThrow();
        incoming = Optional.empty();
        committer.received(index, file, storedBytes.getAsLong(), whole);
    }

    @Override
    public void fileFailed(ItemFailure reason) throws IOException {
        discard();
        settled++;
        committer.failed(wanted.get(file.index()), file.size(), failure.orElse(reason));
    }

    @Override
    public void failure(int index, ItemFailure reason) throws IOException {
        settled++;
        committer.failed(wanted.get(index), 0, reason);
    }

    private MetricName target() {
        return targets.apply(wanted.get(file.index()));
    }

    /** Removes what has come of a file that will not become whole. */
    private void discard() {
        incoming.ifPresent(Incoming::close);
        incoming = Optional.empty();
    }

    @Override
    public void close() {
        discard();
        near.close();
    }
}
