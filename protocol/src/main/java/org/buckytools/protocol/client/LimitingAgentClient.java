package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.DaemonStatus;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.OwnedNameSink;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.UnreadableMetric;

/**
 * Bounds how many requests are in flight. A request counts until its answer was read, a download until it is closed. To be put
 * inside a {@link RetryingAgentClient}, so that nothing is held while it pauses.
 */
public final class LimitingAgentClient implements AgentClient {
    private final AgentClient client;
    private final Semaphore permits;

    /** {@code permits} may be shared with other clients, which are then bounded together. */
    public LimitingAgentClient(AgentClient client, Semaphore permits) {
        this.client = requireNonNull(client, "client is null");
        this.permits = requireNonNull(permits, "permits is null");
    }

    @Override
    public DaemonAddress address() {
        return client.address();
    }

    @Override
    public RingDescription ring() throws AgentException {
        return limited(client::ring);
    }

    @Override
    public DaemonStatus status() throws AgentException {
        return limited(client::status);
    }

    @Override
    public void list(MetricQuery query, NameSink names) throws AgentException {
        limitedStream(() -> client.list(query, names));
    }

    @Override
    public Optional<MetricStat> stat(MetricName metric) throws AgentException {
        return limited(() -> client.stat(metric));
    }

    @Override
    public Optional<Download> get(MetricName metric, boolean encoded) throws AgentException {
        acquire();
        Optional<Download> download = Optional.empty();
        try {
            download = client.get(metric, encoded)
                    .map(found -> found.withContent(new Releasing(found.content(), permits)));
            return download;
        } finally {
            if (download.isEmpty()) {
                permits.release();
            }
        }
    }

    @Override
    public FillTimings fill(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return limited(() -> client.fill(metric, stat, body));
    }

    @Override
    public FillTimings replace(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return limited(() -> client.replace(metric, stat, body));
    }

    @Override
    public boolean delete(MetricName metric) throws AgentException {
        return limited(() -> client.delete(metric));
    }

    @Override
    public Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
            throws AgentException {
        return limited(() -> client.fetchOffload(to, source, from, encoded));
    }

    @Override
    public void misplaced(MisplacedQuery query, OwnedNameSink metrics) throws AgentException {
        limitedStream(() -> client.misplaced(query, metrics));
    }

    @Override
    public void misplacedNames(MisplacedQuery query, NameSink names) throws AgentException {
        limitedStream(() -> client.misplacedNames(query, names));
    }

    @Override
    public void pull(PullRequest request, Consumer<PullResult> results) throws AgentException {
        limitedStream(() -> client.pull(request, results));
    }

    @Override
    public void deleteUnchanged(DeleteRequest request, Consumer<DeleteResult> results) throws AgentException {
        limitedStream(() -> client.deleteUnchanged(request, results));
    }

    @Override
    public void modify(ModifyRequest request, Consumer<ModifyResult> results) throws AgentException {
        limitedStream(() -> client.modify(request, results));
    }

    @Override
    public void stat(List<MetricName> metrics, Consumer<Optional<MetricStat>> stats) throws AgentException {
        limitedStream(() -> client.stat(metrics, stats));
    }

    @Override
    public SpaceUsage usage(MetricQuery query, Consumer<UnreadableMetric> unreadable) throws AgentException {
        return limited(() -> client.usage(query, unreadable));
    }

    @Override
    public void fetch(FetchRequest request, ByteBuffer buffer, FileStreamReader.Handler files) throws IOException {
        acquire();
        try {
            client.fetch(request, buffer, files);
        } finally {
            permits.release();
        }
    }

    @Override
    public void store(StoreRequest request, ByteBuffer buffer, Files files, Consumer<PullResult> results)
            throws IOException {
        acquire();
        try {
            client.store(request, buffer, files, results);
        } finally {
            permits.release();
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws AgentException;
    }

    @FunctionalInterface
    private interface StreamCall {
        void run() throws AgentException;
    }

    private <T> T limited(Call<T> call) throws AgentException {
        acquire();
        try {
            return call.run();
        } finally {
            permits.release();
        }
    }

    private void limitedStream(StreamCall call) throws AgentException {
        acquire();
        try {
            call.run();
        } finally {
            permits.release();
        }
    }

    private void acquire() throws AgentException {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentInterruptedException(client.address(), e);
        }
    }

    /** Gives its permit back when it is closed, once. */
    private static final class Releasing extends FilterInputStream {
        private final Semaphore permits;
        private final AtomicBoolean isHeld = new AtomicBoolean(true);

        Releasing(InputStream content, Semaphore permits) {
            super(content);
            this.permits = permits;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                if (isHeld.getAndSet(false)) {
                    permits.release();
                }
            }
        }
    }
}
