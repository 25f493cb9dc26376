package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.buckytools.agent.store.Incoming;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.StoreResult;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.Download;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;

/** Fetches metrics from other daemons into this one's store. Safe for use by many threads. */
public final class PullService implements AutoCloseable {
    private static final int PIECE_BYTES = 64 * 1024;

    /** Earlier than any clock, so that the fill goes by this machine's. */
    private static final long SOURCE_CLOCK_UNKNOWN = 0;

    private final MetricStore store;
    private final SourcePolicy policy;
    private final Sources sources;
    private final Duration beginning;
    private final Semaphore running = new Semaphore(ConcurrencyLimits.PULLS, true);
    private volatile boolean stopping;

    /**
     * Fetches into {@code store} from whom {@code policy} allows.
     *
     * @param software what this daemon calls itself when it asks others; without spaces
     * @param clock the one that others are told
     */
    public PullService(MetricStore store, SourcePolicy policy, String software, InstantSource clock) {
        this(store, policy, software, clock, PullRequest.BEGINNING);
    }

    /** The same with another time for beginning with items, for tests. */
    PullService(MetricStore store, SourcePolicy policy, String software, InstantSource clock, Duration beginning) {
        this.store = store;
        this.policy = policy;
        this.sources = new Sources(software, clock);
        this.beginning = beginning;
    }

    /** Takes results as soon as they are known. */
    @FunctionalInterface
    public interface Results {
        /** What this throws ends the pull; metrics that have been stored by then stay so. */
        void accept(List<PullResult> results) throws IOException;
    }

    /**
     * A metric that was fetched and stored.
     *
     * @param downloadNanos what the fetching took
     */
    public record Offloaded(StoreResult result, long downloadNanos) {}

    /** Passes only for a source that this daemon may fetch from. */
    public void check(DaemonAddress source) throws SourceRefusedException {
        policy.check(source);
    }

    /**
     * Fetches and stores what is asked for, and reports each metric when it is durable or has failed; one result an item,
     * whatever happens to the source. Waits its turn where too many pulls are running.
     *
     * @param token handed on to the source
     * @param mayUpdate what the caller may write here
     * @param results called by one thread at a time, not always the same
     * @throws IOException only what {@code results} throws
     */
    public void pull(PullRequest request, Optional<String> token, Predicate<MetricName> mayUpdate, Results results)
            throws IOException {
        int atOnce = Math.min(request.atOnce(), ConcurrencyLimits.PULLS);
        enter(atOnce);
        try {
            new Pull(request, atOnce, token, mayUpdate, store, sources, results, beginning, () -> stopping).run();
        } catch (Committer.GoneException e) {
            throw (IOException) e.getCause();
        } finally {
            running.release(atOnce);
        }
    }

    /**
     * Version 1's pull: fetches one metric and fills it in, or creates it.
     *
     * @throws SourceMetricNotFoundException if the source has no such metric
     * @throws SourceFailedException if it could not be had from the source
     * @throws IOException if it could not be stored here
     */
    public Offloaded offload(
            MetricName to, DaemonAddress source, MetricName from, boolean encoded, Optional<String> token)
            throws IOException {
        policy.check(source);
        enter(1);
        try (AgentClient client = sources.client(source, token);
                Download download = download(client, from, encoded)) {
            long start = System.nanoTime();
            MetricStat stat = download.stat();
            try (Incoming incoming = store.receive(to, stat.size(), stat.mode(), stat.modTime())) {
                receive(download, incoming);
                long received = System.nanoTime() - start;
                return new Offloaded(incoming.createOrFill(download.now().orElse(SOURCE_CLOCK_UNKNOWN)), received);
            }
        } finally {
            running.release();
        }
    }

    /** Whether any pull is running. */
    public boolean isBusy() {
        return running.availablePermits() < ConcurrencyLimits.PULLS;
    }

    /** Ends every pull with the file that it is at; the metrics behind it are reported as failed for now. */
    public void stop() {
        stopping = true;
    }

    /** Closes idle connections to other daemons. */
    @Override
    public void close() {
        sources.close();
    }

    private static Download download(AgentClient client, MetricName from, boolean encoded) throws IOException {
        try {
            return client.get(from, encoded)
                    .orElseThrow(() -> new SourceMetricNotFoundException(client.address(), from));
        } catch (AgentException e) {
            throw new SourceFailedException(e);
        }
    }

    /** Writes a download to a stage, telling apart whose fault it is if that fails. */
    static void receive(Download download, Incoming incoming) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        InputStream content = download.content();
        long offset = 0;
        for (int length; (length = read(content, piece)) >= 0; ) {
            incoming.write(offset, ByteBuffer.wrap(piece, 0, length));
            offset += length;
        }
    }

    private static int read(InputStream content, byte[] piece) throws SourceFailedException {
        try {
            return content.read(piece);
        } catch (IOException e) {
            throw new SourceFailedException(e);
        }
    }

    private void enter(int permits) throws InterruptedIOException {
        try {
            running.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while other pulls were running");
        }
    }
}
