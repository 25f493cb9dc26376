package org.buckytools.agent.pull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.MalformedMessageException;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.StreamedFile;

/** Stores files that a client brings, many a request. Safe for use by many threads. */
public final class StoreService {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final MetricStore store;
    private final Semaphore running = new Semaphore(ConcurrencyLimits.PULLS, true);

    /** Direct buffers that no request uses now; never more than there are requests at once. */
    private final ConcurrentLinkedDeque<ByteBuffer> buffers = new ConcurrentLinkedDeque<>();

    public StoreService(MetricStore store) {
        this.store = store;
    }

    /**
     * Stores what comes, and reports each metric when it is durable or has failed; one result an item. Waits its turn where too
     * many are running. If the stream breaks off, what had come whole may have been stored and the rest has not.
     *
     * @param callerNow the caller's clock in Unix seconds: a fill works with the later of it and this machine's
     * @param mayUpdate what the caller may write here
     * @param content the stream of files, blocking
     * @param results called by one thread at a time, not always the same
     * @throws IOException what {@code content} or {@code results} throw
     */
    public void store(
            StoreRequest request,
            long callerNow,
            Predicate<MetricName> mayUpdate,
            ReadableByteChannel content,
            PullService.Results results)
            throws IOException {
        try {
            running.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while others were storing");
        }
        ByteBuffer free = buffers.poll();
        ByteBuffer buffer = free == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : free;
        try (FileStreamReader reader =
                        new FileStreamReader(content, buffer, request.metrics().size());
                Committer committer = new Committer(store, results)) {
            committer.setSourceNow(callerNow);
            receive(request, mayUpdate, reader, committer);
            committer.finish();
        } catch (Committer.GoneException e) {
            throw (IOException) e.getCause();
        } finally {
            buffers.push(buffer);
            running.release();
        }
    }

    private void receive(
            StoreRequest request, Predicate<MetricName> mayUpdate, FileStreamReader reader, Committer committer)
            throws IOException {
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < request.metrics().size(); i++) {
            indexes.add(i);
        }
        try (Receiver receiver = new Receiver(store, committer, indexes, request.metrics()::get, size -> {})) {
            receiver.setStoredBytes(reader::storedBytes);
            FileStreamReader.Handler permitted = new Permitted(request, mayUpdate, receiver);
            try {
                while (reader.next(permitted)) {
                    // the handler gets all
                }
            } catch (MalformedMessageException | EOFException e) {
                receiver.failRest(new ItemFailure(Reason.DAMAGED_IN_TRANSIT, e.getMessage()));
            }
        }
    }

    /** Keeps what the caller may not write from the receiver. */
    private static final class Permitted implements FileStreamReader.Handler {
        private final StoreRequest request;
        private final Predicate<MetricName> mayUpdate;
        private final Receiver receiver;
        private boolean refused;

        Permitted(StoreRequest request, Predicate<MetricName> mayUpdate, Receiver receiver) {
            this.request = request;
            this.mayUpdate = mayUpdate;
            this.receiver = receiver;
        }

        @Override
        public void file(StreamedFile file) throws IOException {
            refused = !mayUpdate.test(request.metrics().get(file.index()));
            if (refused) {
                failure(
                        file.index(),
                        new ItemFailure(
                                Reason.FORBIDDEN,
                                "this token does not allow to update "
                                        + request.metrics().get(file.index())));
            } else {
                receiver.file(file);
            }
        }

        @Override
        public void chunk(long offset, ByteBuffer bytes) {
            if (!refused) {
                receiver.chunk(offset, bytes);
            }
        }

        @Override
        public void fileEnd() throws IOException {
            if (!refused) {
                receiver.fileEnd();
            }
        }

        @Override
        public void fileFailed(ItemFailure failure) throws IOException {
            if (!refused) {
                receiver.fileFailed(failure);
            }
        }

        @Override
        public void failure(int index, ItemFailure failure) throws IOException {
            receiver.failure(index, failure);
        }
    }
}
