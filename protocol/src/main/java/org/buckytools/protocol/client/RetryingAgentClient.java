package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
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
import org.buckytools.protocol.transfer.ForwardingHandler;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.MisplacedQuery;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.StoreRequest;
import org.buckytools.protocol.transfer.StreamedFile;
import org.buckytools.protocol.transfer.UnreadableMetric;

/**
 * Tries again what failed by a passing fault, and waits until a daemon has built its inventory. A stream is tried again only
 * while nothing of it was handed on; after that its failure is the caller's, who knows what is left to do.
 */
public final class RetryingAgentClient implements AgentClient {
    /** Tries of a request whose failure may be a passing fault. */
    private static final int TRIES_OF_TWICE = 3;

    private final AgentClient client;
    private final RetryPolicy policy;
    private final Listener listener;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Sleeper sleeper;

    /** Waits. */
    @FunctionalInterface
    public interface Sleeper {
        /** Waits this long on the calling thread, unless it is interrupted. */
        void sleep(Duration pause) throws InterruptedException;
    }

    /** Is told what is being waited for, on the thread that waits. */
    public interface Listener {
        /** Says nothing to anyone. */
        Listener NONE = new Listener() {
            @Override
            public void retrying(AgentException failure, int attempt, Duration pause) {}

            @Override
            public void waitingForInventory(DaemonAddress daemon, Duration waited, Duration timeout) {}
        };

        /**
         * A request failed and is tried again after {@code pause}.
         *
         * @param attempt which try failed, from 1
         */
        void retrying(AgentException failure, int attempt, Duration pause);

        /**
         * A daemon is still building its list of metrics and is asked again in a while.
         *
         * @param waited since its first answer of that kind to this request
         * @param timeout after how long it counts as down
         */
        void waitingForInventory(DaemonAddress daemon, Duration waited, Duration timeout);
    }

    /** {@code random} spreads the pauses, so that many clients do not come back at once; it is used by many threads. */
    public RetryingAgentClient(
            AgentClient client,
            RetryPolicy policy,
            Listener listener,
            InstantSource clock,
            RandomGenerator random,
            Sleeper sleeper) {
        this.client = requireNonNull(client, "client is null");
        this.policy = requireNonNull(policy, "policy is null");
        this.listener = requireNonNull(listener, "listener is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.random = requireNonNull(random, "random is null");
        this.sleeper = requireNonNull(sleeper, "sleeper is null");
    }

    @Override
    public DaemonAddress address() {
        return client.address();
    }

    @Override
    public RingDescription ring() throws AgentException {
        return retry(client::ring);
    }

    @Override
    public DaemonStatus status() throws AgentException {
        return retry(client::status);
    }

    @Override
    public void list(MetricQuery query, NameSink names) throws AgentException {
        MetricQuery again = withoutRescan(query);
        retryNames(names, (tries, counted) -> client.list(isRepeated(tries) ? again : query, counted));
    }

    @Override
    public Optional<MetricStat> stat(MetricName metric) throws AgentException {
        return retry(() -> client.stat(metric));
    }

    @Override
    public Optional<Download> get(MetricName metric, boolean encoded) throws AgentException {
        return retry(() -> client.get(metric, encoded));
    }

    @Override
    public FillTimings fill(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return retry(() -> client.fill(metric, stat, body));
    }

    @Override
    public FillTimings replace(MetricName metric, MetricStat stat, Upload body) throws AgentException {
        return retry(() -> client.replace(metric, stat, body));
    }

    @Override
    public boolean delete(MetricName metric) throws AgentException {
        return retry(() -> client.delete(metric));
    }

    @Override
    public Optional<FillTimings> fetchOffload(MetricName to, DaemonAddress source, MetricName from, boolean encoded)
            throws AgentException {
        return retry(() -> client.fetchOffload(to, source, from, encoded));
    }

    @Override
    public void misplaced(MisplacedQuery query, OwnedNameSink metrics) throws AgentException {
        MisplacedQuery again = query.withoutRescan();
        boolean[] delivered = {false};
        OwnedNameSink noticing = new OwnedNameSink() {
            @Override
            public void owners(List<String> hosts) {
                delivered[0] = true;
                metrics.owners(hosts);
            }

            @Override
            public void name(byte[] utf8, int from, int to) {
                metrics.name(utf8, from, to);
            }
        };
        retryStream(
                delivered, (tries, counted) -> client.misplaced(isRepeated(tries) ? again : query, counted), noticing);
    }

    @Override
    public void misplacedNames(MisplacedQuery query, NameSink names) throws AgentException {
        MisplacedQuery again = query.withoutRescan();
        retryNames(names, (tries, counted) -> client.misplacedNames(isRepeated(tries) ? again : query, counted));
    }

    @Override
    public void pull(PullRequest request, Consumer<PullResult> results) throws AgentException {
        retryStream(results, (tries, counted) -> client.pull(request, counted));
    }

    @Override
    public void deleteUnchanged(DeleteRequest request, Consumer<DeleteResult> results) throws AgentException {
        retryStream(results, (tries, counted) -> client.deleteUnchanged(request, counted));
    }

    @Override
    public void modify(ModifyRequest request, Consumer<ModifyResult> results) throws AgentException {
        retryStream(results, (tries, counted) -> client.modify(request, counted));
    }

    @Override
    public void stat(List<MetricName> metrics, Consumer<Optional<MetricStat>> stats) throws AgentException {
        retryStream(stats, (tries, counted) -> client.stat(metrics, counted));
    }

    @Override
    public SpaceUsage usage(MetricQuery query, Consumer<UnreadableMetric> unreadable) throws AgentException {
        MetricQuery again = withoutRescan(query);
        SpaceUsage[] usage = new SpaceUsage[1];
        retryStream(
                unreadable, (tries, counted) -> usage[0] = client.usage(isRepeated(tries) ? again : query, counted));
        return usage[0];
    }

    private static MetricQuery withoutRescan(MetricQuery query) {
        return new MetricQuery(query.regex(), query.names(), false);
    }

    @Override
    public void fetch(FetchRequest request, ByteBuffer buffer, FileStreamReader.Handler files) throws IOException {
        Tries tries = new Tries();
        Noticing noticing = new Noticing(files);
        while (true) {
            try {
                client.fetch(request, buffer, noticing);
                return;
            } catch (AgentException e) {
                if (noticing.hasBegun) {
                    throw e;
                }
                tries.pauseAfter(e);
            }
        }
    }

    @Override
    public void store(StoreRequest request, ByteBuffer buffer, Files files, Consumer<PullResult> results)
            throws IOException {
        Tries tries = new Tries();
        boolean[] delivered = {false};
        while (true) {
            try {
                client.store(request, buffer, files, result -> {
                    delivered[0] = true;
                    results.accept(result);
                });
                return;
            } catch (AgentException e) {
                if (delivered[0]) {
                    throw e;
                }
                tries.pauseAfter(e);
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** Notices that something has come. */
    private static final class Noticing extends ForwardingHandler {
        private boolean hasBegun;

        Noticing(FileStreamReader.Handler handler) {
            super(handler);
        }

        @Override
        public void file(StreamedFile file) throws IOException {
            hasBegun = true;
            super.file(file);
        }

        @Override
        public void failure(int index, ItemFailure failure) throws IOException {
            hasBegun = true;
            super.failure(index, failure);
        }
    }

    /**
     * A rescan that was answered by 202 is under way. To ask for it again would start the next one as soon as a Go daemon has
     * finished it, and never get an answer.
     */
    private static boolean isRepeated(Tries tries) {
        return tries.firstNotReady != null;
    }

    private <T> T retry(Attempt<T> attempt) throws AgentException {
        Tries tries = new Tries();
        while (true) {
            try {
                return attempt.run();
            } catch (AgentException e) {
                tries.pauseAfter(e);
            }
        }
    }

    private <T> void retryStream(Consumer<T> consumer, StreamAttempt<Consumer<T>> attempt) throws AgentException {
        boolean[] delivered = {false};
        retryStream(delivered, attempt, element -> {
            delivered[0] = true;
            consumer.accept(element);
        });
    }

    private void retryNames(NameSink names, StreamAttempt<NameSink> attempt) throws AgentException {
        boolean[] delivered = {false};
        retryStream(delivered, attempt, (utf8, from, to) -> {
            delivered[0] = true;
            names.name(utf8, from, to);
        });
    }

    /** {@code counted} says when something has been delivered, so that the request must not be sent again. */
    private <S> void retryStream(boolean[] delivered, StreamAttempt<S> attempt, S counted) throws AgentException {
        Tries tries = new Tries();
        while (true) {
            try {
                attempt.run(tries, counted);
                return;
            } catch (AgentException e) {
                if (delivered[0]) {
                    throw e;
                }
                tries.pauseAfter(e);
            }
        }
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws AgentException;
    }

    @FunctionalInterface
    private interface StreamAttempt<S> {
        void run(Tries tries, S sink) throws AgentException;
    }

    /** What happened to one request so far. */
    private final class Tries {
        private int failed;
        private int notReady;
        private Instant firstNotReady;

        /** Waits until it is time to try again, or throws {@code failure} if it is not to be. */
        void pauseAfter(AgentException failure) throws AgentException {
            Duration pause;
            if (failure instanceof InventoryNotReadyException) {
                Instant now = clock.instant();
                firstNotReady = firstNotReady == null ? now : firstNotReady;
                Duration waited = Duration.between(firstNotReady, now);
                if (waited.compareTo(policy.inventoryTimeout()) >= 0) {
                    throw new InventoryNotReadyException(failure.daemon(), waited);
                }
                Duration left = policy.inventoryTimeout().minus(waited);
                pause = pause(notReady++);
                pause = pause.compareTo(left) < 0 ? pause : left;
                listener.waitingForInventory(failure.daemon(), waited, policy.inventoryTimeout());
            } else {
                failed++;
                if (failed >= tries(failure)) {
                    throw failure;
                }
                pause = pause(failed - 1);
                listener.retrying(failure, failed, pause);
            }
            try {
                sleeper.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                AgentInterruptedException interrupted = new AgentInterruptedException(failure.daemon(), e);
                interrupted.addSuppressed(failure);
                throw interrupted;
            }
        }

        private int tries(AgentException failure) {
            return switch (failure.retry()) {
                case NEVER -> 1;
                case TWICE -> Math.min(TRIES_OF_TWICE, policy.attempts());
                case ALWAYS -> policy.attempts();
            };
        }

        /** The first pause doubled {@code doublings} times, at most the longest, less up to half of it. */
        private Duration pause(int doublings) {
            Duration pause = policy.firstPause();
            for (int i = 0; i < doublings && pause.compareTo(policy.longestPause()) < 0; i++) {
                pause = pause.multipliedBy(2);
            }
            if (pause.compareTo(policy.longestPause()) > 0) {
                pause = policy.longestPause();
            }
            long nanos = pause.toNanos();
            return Duration.ofNanos((long) (nanos * (1 - random.nextDouble() * 0.5)));
        }
    }
}
