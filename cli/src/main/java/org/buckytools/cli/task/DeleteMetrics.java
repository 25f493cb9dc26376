package org.buckytools.cli.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.parallel.ClientThreads;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentInterruptedException;
import org.buckytools.protocol.client.AgentUnreachableException;

/** Deletes metrics where they were found, whatever they hold. */
public final class DeleteMetrics {
    /** In a row, each tried several times already: a node that is down by then is not asked for the rest. */
    private static final int MOST_UNANSWERED = 3;

    private final Cluster cluster;
    private final Listener listener;

    /** Is told what is done. */
    @FunctionalInterface
    public interface Listener {
        /** This metric is gone from that node; called on many threads. */
        void deleted(Node node, String metric);
    }

    /** Deletes metrics of this cluster. */
    public DeleteMetrics(Cluster cluster, Listener listener) {
        this.cluster = cluster;
        this.listener = listener;
    }

    /**
     * How it went. A metric on two nodes counts twice.
     *
     * @param deleted that were deleted
     * @param absent that were gone already, which is no failure
     * @param failed that are still there, or may be
     * @param failures the first of these
     * @param alike those of which none is among the first, as a daemon has refused another one by the same token
     */
    public record Deletion(long deleted, long absent, long failed, List<MetricFailure> failures, long alike) {
        public Deletion {
            failures = List.copyOf(failures);
        }

        /** What a command ends with after this. */
        public ExitCode exitCode() {
            return failed == 0 ? ExitCode.DONE : ExitCode.PARTLY;
        }
    }

    /** Deletes what was found. */
    public Deletion run(List<Listing.Found> found) throws InterruptedException {
        Work work = new Work(found);
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(ClientThreads.named("delete"))) {
            List<Future<Void>> workers = new ArrayList<>();
            for (int i = 0; i < cluster.settings().workers(); i++) {
                workers.add(threads.<Void>submit(() -> {
                    for (Optional<Copy> next = work.next(); next.isPresent(); next = work.next()) {
                        delete(next.get(), work);
                    }
                    return null;
                }));
            }
            try {
                for (Future<Void> worker : workers) {
                    worker.get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                switch (e.getCause()) {
                    case InterruptedException interrupted -> throw interrupted;
                    case RuntimeException defect -> throw defect;
                    case Error error -> throw error;
                    default -> throw new IllegalStateException(e.getCause());
                }
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            }
        }
        return work.result();
    }

    private void delete(Copy copy, Work work) throws InterruptedException {
        if (!MetricName.isValid(copy.metric())) {
            work.failed(MetricFailure.unusableName(copy.metric(), copy.node()));
            return;
        }
        try {
            boolean was = copy.node().client().delete(new MetricName(copy.metric()));
            work.answered(copy.node(), was);
            if (was) {
                listener.deleted(copy.node(), copy.metric());
            }
        } catch (AgentInterruptedException e) {
            throw StatMetrics.interrupted(e);
        } catch (AgentUnreachableException e) {
            work.unanswered(copy, e);
        } catch (AgentException e) {
            MetricFailure failure = MetricFailure.of(copy.metric(), copy.node(), e, "delete");
            if (AccessRefusal.isOne(e)) {
                work.refused(failure);
            } else {
                work.failed(failure);
            }
        }
    }

    /** A metric on a node. */
    private record Copy(Node node, String metric) {}

    /** What is to be done and how it goes; safe for use by many threads. */
    private static final class Work {
        /** Names of one node. */
        private record Share(Node node, Iterator<String> names) {}

        private final Queue<Share> shares = new ArrayDeque<>();

        /** Failures in a row that were no answers. */
        private final Map<Node, Integer> unanswered = new HashMap<>();

        private final List<MetricFailure> failures = new ArrayList<>();
        private final AccessRefusal.Told refusals = new AccessRefusal.Told();
        private long deleted;
        private long absent;
        private long failed;

        Work(List<Listing.Found> found) {
            found.forEach(one -> shares.add(new Share(one.node(), one.names().iterator())));
        }

        /** The next metric, from each node in turn; none at the end. */
        synchronized Optional<Copy> next() {
            while (!shares.isEmpty()) {
                Share share = shares.remove();
                if (share.names().hasNext()) {
                    String metric = share.names().next();
                    shares.add(share);
                    return Optional.of(new Copy(share.node(), metric));
                }
            }
            return Optional.empty();
        }

        synchronized void answered(Node node, boolean was) {
            unanswered.remove(node);
            if (was) {
                deleted++;
            } else {
                absent++;
            }
        }

        synchronized void failed(MetricFailure failure) {
            if (failures.size() < Shortfall.MOST_TOLD) {
                failures.add(failure);
            }
            failed++;
        }

        /** The daemon answers, and so will it for the others. */
        synchronized void refused(MetricFailure failure) {
            unanswered.remove(failure.node());
            if (refusals.isFirst(failure.node().toString())) {
                failed(failure);
            } else {
                failed++;
            }
        }

        synchronized void unanswered(Copy copy, AgentException failure) {
            String again = "Start buckyd there and run the command again; what is deleted already is left out.";
            failed(new MetricFailure(copy.metric(), copy.node(), failure.getMessage(), again));
            if (unanswered.merge(copy.node(), 1, Integer::sum) < MOST_UNANSWERED) {
                return;
            }
            for (Share share : shares) {
                if (share.node().equals(copy.node()) && share.names().hasNext()) {
                    failed(new MetricFailure(
                            share.names().next(),
                            copy.node(),
                            "it and those behind it were not tried, as " + copy.node() + " does not answer any more",
                            again));
                    share.names().forEachRemaining(name -> failed++);
                }
            }
        }

        synchronized Deletion result() {
            failures.sort((a, b) -> {
                int order = a.metric().compareTo(b.metric());
                return order != 0
                        ? order
                        : a.node().toString().compareTo(b.node().toString());
            });
            return new Deletion(deleted, absent, failed, failures, refusals.others());
        }
    }
}
