package org.buckytools.cli.task;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.parallel.ClientThreads;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.ModifyRequest;
import org.buckytools.protocol.transfer.ModifyResult;
import org.buckytools.protocol.transfer.SchemaChange;

/** Gives metrics of a cluster another schema, on every node that has them, each by its own daemon. */
public final class ModifyMetrics {
    /** Metrics of a request, of which a daemon changes a few at once: as many as it takes about a {@link #TURN} for. */
    private static final int FEWEST = 4;

    /** The most of these, so that large files behind many small ones do not make a request long. */
    private static final int MOST = 64;

    /** How long an interrupt may have to wait for a request to end. */
    private static final Duration TURN = Duration.ofMillis(250);

    private final Cluster cluster;
    private final SchemaChange change;
    private final boolean dryRun;
    private final OptionalLong now;
    private final InstantSource clock;
    private final ModifyTally tally;
    private final BooleanSupplier isOver;

    /**
     * A task that can be run once.
     *
     * @param dryRun whether to change nothing
     * @param now decides which points are too old; empty stands for each daemon's clock
     * @param clock by which the requests are made neither long nor many
     * @param tally gets what becomes of each
     * @param isOver whether to begin no more requests
     */
    public ModifyMetrics(
            Cluster cluster,
            SchemaChange change,
            boolean dryRun,
            OptionalLong now,
            InstantSource clock,
            ModifyTally tally,
            BooleanSupplier isOver) {
        this.cluster = cluster;
        this.change = change;
        this.dryRun = dryRun;
        this.now = now;
        this.clock = clock;
        this.tally = tally;
        this.isOver = isOver;
    }

    /**
     * Changes what is meant.
     *
     * @throws UserFacingException if a daemon is down, disagrees or cannot do it; nothing was changed then
     */
    public void run(MetricQuery query) throws UserFacingException, InterruptedException {
        cluster.requireHealthy();
        for (Node node : cluster.nodes()) {
            if (!node.speaksVersion2()) {
                throw new UserFacingException(
                        ExitCode.CLUSTER,
                        node + " is a Go daemon, which cannot change the schema of a file",
                        List.of("Nothing was changed."),
                        "Run this project's buckyd there, or bucky modify -f on that host.");
            }
        }
        Listing listing = new ListMetrics(cluster).run(query);
        if (!listing.failures().isEmpty()) {
            throw new UserFacingException(
                    ExitCode.CLUSTER,
                    listing.failures().getFirst().message(),
                    List.of("Nothing was changed."),
                    "See to that daemon, then run the same command again.");
        }
        reportMissing(query, listing);
        List<Share> shares = new ArrayList<>();
        for (Listing.Found found : listing.found()) {
            shares.add(new Share(found.node(), found.names()));
        }
        work(shares);
        shares.forEach(share -> share.rest().ifPresent(tally::stoppedAt));
    }

    /** Says which of the names that were given nobody has. */
    private void reportMissing(MetricQuery query, Listing listing) {
        NamedMetrics.nowhere(query, listing.names())
                .forEach(name -> tally.failed("", name, "no daemon has such a metric"));
    }

    /** What is left to do on one node. */
    private static final class Share {
        final Node node;
        private final NameList.Cursor names;
        private long left;
        private int size = FEWEST;
        private String fault = "";

        Share(Node node, NameList names) {
            this.node = node;
            this.names = names.cursor();
            this.left = names.size();
        }

        /** The next metrics; none if there are no more. */
        synchronized List<MetricName> next() {
            List<MetricName> batch = new ArrayList<>();
            while (batch.size() < size && names.next()) {
                batch.add(new MetricName(names.name()));
            }
            left -= batch.size();
            return batch;
        }

        /** Learns how large the next request may be from how long one took. */
        synchronized void took(int metrics, Duration time) {
            long fitting = metrics * TURN.toNanos() / Math.max(1, time.toNanos());
            size = Math.clamp(Math.min(fitting, 2L * metrics), FEWEST, MOST);
        }

        /** What was not begun; ends the use of this. */
        synchronized Optional<ModifySummary.Rest> rest() {
            return names.next()
                    ? Optional.of(new ModifySummary.Rest(node.toString(), left, names.name()))
                    : Optional.empty();
        }

        /** A daemon that fails as a whole is not asked again. */
        synchronized void giveUp(String reason) {
            fault = reason;
        }

        synchronized String fault() {
            return fault;
        }
    }

    private void work(List<Share> shares) throws InterruptedException {
        if (shares.isEmpty()) {
            return;
        }
        int workers = Math.max(cluster.settings().workers(), shares.size());
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            int first = i % shares.size();
            tasks.add(() -> {
                // Each begins with another node, and helps with the others when that one is done.
                for (int k = 0; k < shares.size(); k++) {
                    work(shares.get((first + k) % shares.size()));
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(ClientThreads.named("modify"))) {
            List<Future<Void>> ends = tasks.stream().map(threads::submit).toList();
            for (Future<Void> end : ends) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker has a defect", e.getCause());
        }
    }

    private void work(Share share) {
        while (!isOver.getAsBoolean()) {
            List<MetricName> batch = share.next();
            if (batch.isEmpty()) {
                return;
            }
            String fault = share.fault();
            if (fault.isEmpty()) {
                modify(share, batch);
            } else {
                batch.forEach(metric -> tally.failed(share.node.toString(), metric.value(), fault));
            }
        }
    }

    private void modify(Share share, List<MetricName> batch) {
        BitSet reported = new BitSet();
        String node = share.node.toString();
        Instant began = clock.instant();
        try {
            share.node.client().modify(new ModifyRequest(change, dryRun, now, batch), result -> {
                reported.set(result.index());
                report(node, batch.get(result.index()).value(), result);
            });
            share.took(batch.size(), Duration.between(began, clock.instant()));
        } catch (AgentException e) {
            share.giveUp(e.getMessage());
            String doubt = dryRun ? "" : "; whether it was changed is not known, so run the same command again";
            for (int i = reported.nextClearBit(0); i < batch.size(); i = reported.nextClearBit(i + 1)) {
                if (AccessRefusal.isOne(e)) {
                    tally.refused(node, batch.get(i).value(), refusal(e.getMessage()));
                } else {
                    tally.failed(node, batch.get(i).value(), e.getMessage() + doubt);
                }
            }
        }
    }

    private String refusal(String message) {
        return message + "; " + AccessRefusal.nextStep(dryRun ? "read" : "replace");
    }

    private void report(String node, String metric, ModifyResult result) {
        if (result.failure().isPresent()) {
            ItemFailure failure = result.failure().get();
            if (failure.reason() == ItemFailure.Reason.FORBIDDEN) {
                tally.refused(node, metric, refusal(failure.message()));
            } else if (failure.reason() == ItemFailure.Reason.COMPRESSED) {
                tally.failed(node, metric, failure.message() + "; it is left alone");
            } else {
                tally.failed(node, metric, failure.message());
            }
        } else {
            tally.done(new Modified(
                    Optional.of(node),
                    metric,
                    result.outcome() == ModifyResult.Outcome.CHANGED,
                    result.before(),
                    result.after(),
                    result.sizeBefore(),
                    result.sizeAfter(),
                    result.points()));
        }
    }
}
