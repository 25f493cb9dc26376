package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.buckytools.agent.store.ChunkMode;
import org.buckytools.agent.store.KeptFolder;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.SourceFile;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.ChunkCompressor;
import org.buckytools.protocol.transfer.ChunkEncoding;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ItemFailure.Reason;
import org.buckytools.protocol.transfer.LinkFigures;
import org.buckytools.protocol.transfer.StreamedFile;
import org.buckytools.whisper.UnsupportedWhisperFormatException;

/**
 * Sends this store's files to daemons that pull them. Each is checked before it is sent, so that a corrupt file never
 * leaves its node. Safe for use by many threads.
 */
public final class FetchService {
    /** More than a cluster has daemons. */
    private static final int MAX_LINKS = 1024;

    private final MetricStore store;
    private final DoubleSupplier idleProcessors;

    /** Each fetch holds one file's content in memory for as long as the network takes. */
    private final Semaphore running = new Semaphore(ConcurrencyLimits.FETCHES, true);

    /** How many of these run. */
    private final AtomicInteger crowd = new AtomicInteger();

    /** What was measured on the way to each peer that asked of late. Guarded by itself. */
    private final Map<String, LinkFigures> links = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LinkFigures> eldest) {
            return size() > MAX_LINKS;
        }
    };

    private volatile boolean stopping;

    /**
     * Of the files of a store.
     *
     * @param idleProcessors how many of the machine's processors have nothing to do: nothing is compressed where that takes them from others
     */
    public FetchService(MetricStore store, DoubleSupplier idleProcessors) {
        this.store = store;
        this.idleProcessors = idleProcessors;
    }

    /**
     * Sends the files that are asked for, one after the other, or why there is none.
     *
     * @param peer address of the caller, without the port
     * @param mayRead what the caller may have
     * @param sink takes the bytes of {@value FileStreamFormat#CONTENT_TYPE}; what it throws ends the sending
     */
    public void send(FetchRequest request, String peer, Predicate<MetricName> mayRead, FileStreamWriter.Sink sink)
            throws IOException {
        try {
            running.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while other fetches were running");
        }
        crowd.incrementAndGet();
        Optional<ChunkCompressor> compressor = request.encodings().contains(ChunkEncoding.POINTS)
                ? Optional.of(new ChunkCompressor(link(peer), crowd::get, System::nanoTime))
                : Optional.empty();
        try (KeptFolder near = store.keptFolder()) {
            FileStreamWriter writer =
                    new FileStreamWriter(sink, ByteBuffer.allocate(FileStreamFormat.MIN_BUFFER), compressor);
            List<MetricName> metrics = request.metrics();
            for (int i = 0; i < metrics.size(); i++) {
                send(i, metrics.get(i), mayRead, near, writer);
            }
            writer.end();
        } finally {
            compressor.ifPresent(ChunkCompressor::close);
            crowd.decrementAndGet();
            running.release();
        }
    }

    private LinkFigures link(String peer) {
        synchronized (links) {
            return links.computeIfAbsent(peer, unknown -> new LinkFigures(idleProcessors));
        }
    }

    /** Whether any files are being sent. */
    public boolean isBusy() {
        return crowd.get() > 0;
    }

    /** Ends every fetch with the file that it is at; the metrics behind it are refused for now. */
    public void stop() {
        stopping = true;
    }

    private void send(
            int index, MetricName metric, Predicate<MetricName> mayRead, KeptFolder near, FileStreamWriter writer)
            throws IOException {
        if (stopping) {
            writer.failure(index, new ItemFailure(Reason.BUSY, "the daemon that has " + metric + " is stopping"));
            return;
        }
        if (!mayRead.test(metric)) {
            writer.failure(index, new ItemFailure(Reason.FORBIDDEN, "this token does not allow to read " + metric));
            return;
        }
        SourceFile file;
        try {
            file = open(metric, near);
        } catch (IOException | RuntimeException e) {
            writer.failure(index, ItemFailures.ofReading(metric.value(), e));
            return;
        }
        try (file) {
            MetricStat stat = file.stat();
            writer.file(new StreamedFile(
                    index,
                    stat.mode(),
                    stat.modTime(),
                    stat.size(),
                    file.version().map(FileVersion::token)));
            sendContent(metric, file, writer);
        }
    }

    private SourceFile open(MetricName metric, KeptFolder near) throws IOException {
        SourceFile file = store.readForMove(metric, near);
        try {
            file.validate();
            return file;
        } catch (UnsupportedWhisperFormatException e) {
            // go-carbon's compressed files are copied as they are where there is none; only filling from them is
            // refused.
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void sendContent(MetricName metric, SourceFile file, FileStreamWriter writer) throws IOException {
        Content content = new Content(writer);
        try {
            file.forEachChunk(ChunkMode.SKIP_ZEROS, content::send);
        } catch (IOException | RuntimeException e) {
            if (content.sinkFailed) {
                throw e;
            }
            writer.abort(ItemFailures.ofReading(metric.value(), e));
            return;
        }
        writer.fileEnd();
    }

    /** Tells a file that cannot be read, which costs that file, from a network that does not take it, which ends all. */
    private static final class Content {
        private final FileStreamWriter writer;
        private boolean sinkFailed;

        Content(FileStreamWriter writer) {
            this.writer = writer;
        }

        void send(long offset, ByteBuffer bytes) throws IOException {
            sinkFailed = true;
            writer.chunk(offset, bytes);
            sinkFailed = false;
        }
    }
}
