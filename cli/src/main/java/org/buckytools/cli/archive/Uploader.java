package org.buckytools.cli.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentInterruptedException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.StreamedFile;

/**
 * Hands metrics to their owners, several a request where the daemon is ours. Metrics are added by one thread, which collects them
 * into requests; how many of these are at work at once is bounded, in all and for each node.
 */
final class Uploader implements AutoCloseable {
    /** Tries of a metric whose failure may be a passing one. */
    private static final int ATTEMPTS = 3;

    private static final int NOT_FOUND = 404;
    private static final String NEED = AccessRefusal.nextStep("update");
    private static final int PIECE_BYTES = 64 * 1024;

    private final NodeHealth health;
    private final Consumer<Restored> ended;
    private final NodeTurns turns;
    private final Batches<Upload> batches;
    private final ConcurrentLinkedDeque<ByteBuffer> buffers = new ConcurrentLinkedDeque<>();

    /** Daemons that turned out to have version 1 only, or an early second one. */
    private final Set<Node> withoutStore = ConcurrentHashMap.newKeySet();

    /** Requests that have not ended. */
    private final AtomicInteger running = new AtomicInteger();

    private volatile Throwable defect;

    /** A metric for one owner. */
    private static final class Upload {
        private final Restored metric;
        private int attempts;

        Upload(Restored metric) {
            this.metric = metric;
        }
    }

    /** {@code ended} is called for each metric when all of its owners have answered, on any thread. */
    Uploader(List<Node> nodes, int workers, Memory memory, NodeHealth health, Consumer<Restored> ended) {
        this.health = health;
        this.ended = ended;
        this.turns = new NodeTurns(nodes, workers, "restore");
        this.batches = new Batches<>(memory, this::send);
    }

    /** Has a metric brought to these nodes. */
    void add(Restored metric, List<Node> owners) {
        for (Node node : owners) {
            batches.add(node, new Upload(metric), metric.stat().size());
        }
    }

    /** Sends all that is being collected. */
    void flush() {
        check();
        batches.flush();
    }

    /** Whether all that was sent has ended; to be called again and again until it has. */
    boolean isDone() {
        check();
        return running.get() == 0;
    }

    /** To be called now and then by whoever waits for what was sent. */
    void check() {
        if (defect != null) {
            throw new IllegalStateException("restoring failed by a defect", defect);
        }
    }

    private void send(Node node, List<Upload> uploads) {
        running.incrementAndGet();
        turns.add(node, new Request(node, uploads));
    }

    private final class Request implements NodeTurns.Request {
        private final Node node;
        private final List<Upload> uploads;

        Request(Node node, List<Upload> uploads) {
            this.node = node;
            this.uploads = uploads;
        }

        @Override
        public void run() {
            guarded(node, uploads);
        }

        @Override
        public void dropped() {
            running.decrementAndGet();
        }
    }

    private void guarded(Node node, List<Upload> uploads) {
        try {
            run(node, uploads);
        } catch (InterruptedException | InterruptedIOException | AgentInterruptedException e) {
            // Closed before its end, by somebody who knows why.
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error | IOException e) {
            defect = e;
        } finally {
            running.decrementAndGet();
        }
    }

    private void run(Node node, List<Upload> uploads) throws IOException, InterruptedException {
        List<Upload> left = uploads;
        while (!left.isEmpty()) {
            List<Upload> again = new ArrayList<>();
            if (node.speaksVersion2() && !withoutStore.contains(node)) {
                storeTogether(node, left, again);
            } else {
                fillOneByOne(node, left, again);
            }
            if (!again.isEmpty() && !withoutStore.contains(node)) {
                health.pause();
            }
            left = again;
        }
    }

    private void storeTogether(Node node, List<Upload> uploads, List<Upload> again) throws IOException {
        StoreRequest request = new StoreRequest(
                uploads.stream().map(upload -> upload.metric.metric()).toList());
        PullResult[] results = new PullResult[uploads.size()];
        Optional<AgentException> failure = Optional.empty();
        ByteBuffer free = buffers.poll();
        ByteBuffer buffer = free == null ? ByteBuffer.allocateDirect(Memory.BLOCK_BYTES) : free;
        try {
            node.client()
                    .store(
                            request,
                            buffer,
                            writer -> writeAll(uploads, writer),
                            result -> result.forEachIndex(i -> results[i] = result));
            health.works(node);
        } catch (AgentInterruptedException e) {
            throw e;
        } catch (AgentRefusedException e) {
            if (e.status() == NOT_FOUND) {
                withoutStore.add(node);
                again.addAll(uploads);
                return;
            }
            failure = Optional.of(e);
        } catch (AgentException e) {
            failure = Optional.of(e);
        } finally {
            buffers.push(buffer);
        }
        for (int i = 0; i < results.length; i++) {
            Upload upload = uploads.get(i);
            if (results[i] == null) {
                nodeFailed(node, upload, failure.orElseThrow(), again);
            } else {
                health.works(node);
                settle(node, upload, results[i], again);
            }
        }
    }

    private static void writeAll(List<Upload> uploads, FileStreamWriter writer) throws IOException {
        for (int i = 0; i < uploads.size(); i++) {
            Restored metric = uploads.get(i).metric;
            writer.file(new StreamedFile(
                    i,
                    metric.stat().mode(),
                    metric.stat().modTime(),
                    metric.stat().size(),
                    Optional.empty()));
            boolean[] isSending = {false};
            try {
                metric.content().forEach((offset, bytes) -> {
                    isSending[0] = true;
                    writer.chunk(offset, bytes);
                    isSending[0] = false;
                });
                writer.fileEnd();
            } catch (IOException e) {
                if (isSending[0]) {
                    throw e;
                }
                writer.abort(
                        new ItemFailure(ItemFailure.Reason.SOURCE_UNREADABLE, "it cannot be read: " + e.getMessage()));
            }
        }
    }

    private void settle(Node node, Upload upload, PullResult result, List<Upload> again) {
        if (result.failure().isEmpty()) {
            end(upload.metric, upload.metric.stored(result.outcome(), result.leftBehind()));
            return;
        }
        ItemFailure failure = result.failure().get();
        if (failure.reason().isRetryable() && ++upload.attempts < ATTEMPTS) {
            again.add(upload);
        } else {
            boolean isForbidden = failure.reason() == ItemFailure.Reason.FORBIDDEN;
            end(
                    upload.metric,
                    isForbidden
                            ? upload.metric.refused(node, failure.message() + "; " + NEED)
                            : upload.metric.failed(node, failure.message()));
        }
    }

    /** The request failed, and this metric has no answer: to send it again is harmless, as it is filled in. */
    private void nodeFailed(Node node, Upload upload, AgentException failure, List<Upload> again) {
        if (failure.retry() != AgentException.Retry.NEVER && health.isWorthWaiting(node)) {
            again.add(upload);
        } else {
            end(upload.metric, failed(upload.metric, node, failure));
        }
    }

    private static boolean failed(Restored metric, Node node, AgentException failure) {
        return AccessRefusal.isOne(failure)
                ? metric.refused(node, failure.getMessage() + "; " + NEED)
                : metric.failed(node, failure.getMessage());
    }

    private void end(Restored metric, boolean isLast) {
        if (isLast) {
            ended.accept(metric);
        }
    }

    private void fillOneByOne(Node node, List<Upload> uploads, List<Upload> again) throws IOException {
        for (Upload upload : uploads) {
            Restored metric = upload.metric;
            try {
                FillTimings timings =
                        node.client().fill(metric.metric(), metric.stat(), sink -> writeDense(metric.content(), sink));
                health.works(node);
                // Version 1 does not say what it did.
                end(
                        metric,
                        metric.stored(
                                PullResult.Outcome.FILLED, timings.leftBehind().orElse(0)));
            } catch (AgentInterruptedException e) {
                throw e;
            } catch (AgentRefusedException e) {
                health.works(node);
                end(metric, failed(metric, node, e));
            } catch (AgentException e) {
                nodeFailed(node, upload, e, again);
            } catch (UncheckedIOException e) {
                end(metric, metric.failed(node, e.getMessage()));
            }
        }
    }

    private static void writeDense(Content content, OutputStream sink) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        byte[] zeros = new byte[PIECE_BYTES];
        long[] at = {0};
        content.forEach((offset, bytes) -> {
            writeZeros(offset - at[0], zeros, sink);
            at[0] = offset + bytes.remaining();
            while (bytes.hasRemaining()) {
                int length = Math.min(piece.length, bytes.remaining());
                bytes.get(piece, 0, length);
                sink.write(piece, 0, length);
            }
        });
        writeZeros(content.size() - at[0], zeros, sink);
    }

    private static void writeZeros(long count, byte[] zeros, OutputStream sink) throws IOException {
        for (long left = count; left > 0; left -= zeros.length) {
            sink.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    @Override
    public void close() {
        turns.close();
    }
}
