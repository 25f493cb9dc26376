package org.buckytools.cli.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.parallel.InOrder;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentInterruptedException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.AgentUnreachableException;
import org.buckytools.protocol.client.InventoryNotReadyException;
import org.buckytools.protocol.names.NameList;

/**
 * Looks up size and time of metrics where they are: of hundreds at a time where a daemon can do that, one by one elsewhere, as
 * many at once as there are workers. What is found is handed on by name, and of one name in ring order.
 */
public final class StatMetrics {
    /** Keeps a request far below the largest, and work for several workers. */
    private static final int TOGETHER = 512;

    private final Cluster cluster;

    /** Looks up metrics of this cluster. */
    public StatMetrics(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Takes what is found. */
    @FunctionalInterface
    public interface Sink {
        /** What one node has; called by one thread. */
        void found(Node node, MetricStat stat) throws IOException;
    }

    /** Finds out which metrics there are, and looks them up. */
    public Shortfall run(MetricQuery query, Sink sink) throws IOException, InterruptedException {
        Listing listing = new ListMetrics(cluster).run(query);
        Shortfall.Builder shortfall = new Shortfall.Builder();
        listing.failures().forEach(shortfall::add);
        run(listing.found(), sink, shortfall);
        return shortfall.build(cluster.nodes().size(), NamedMetrics.nowhere(query, listing.names()));
    }

    /** A metric on a node. */
    private record Copy(Node node, String metric) {}

    /** Looks up what was found; a metric that is gone meanwhile is left out. */
    void run(List<Listing.Found> found, Sink sink, Shortfall.Builder shortfall)
            throws IOException, InterruptedException {
        boolean allInBulk = found.stream().allMatch(one -> one.node().speaksVersion2());
        Search search = new Search(shortfall);
        InOrder.run(
                new Portions(found, allInBulk ? TOGETHER : 1),
                cluster.settings().workers(),
                search::of,
                results -> {
                    for (Result result : results) {
                        if (result.failure().isPresent()) {
                            shortfall.add(result.failure().get());
                        } else {
                            sink.found(result.copy().node(), result.stat().orElseThrow());
                        }
                    }
                });
    }

    /** One metric on one node, with what was found or why not. */
    private record Result(Copy copy, Optional<MetricStat> stat, Optional<MetricFailure> failure) {}

    /** Answers portions; used by many threads. */
    private static final class Search {
        private final Shortfall.Builder shortfall;

        /** Nodes that did not answer once, however often they were asked. */
        private final Set<Node> lost = ConcurrentHashMap.newKeySet();

        Search(Shortfall.Builder shortfall) {
            this.shortfall = shortfall;
        }

        List<Result> of(List<Copy> portion) throws InterruptedException {
            Map<Copy, Result> results = new LinkedHashMap<>();
            Map<Node, List<Copy>> byNode = new LinkedHashMap<>();
            for (Copy copy : portion) {
                results.put(copy, new Result(copy, Optional.empty(), Optional.empty()));
                if (MetricName.isValid(copy.metric())) {
                    byNode.computeIfAbsent(copy.node(), node -> new ArrayList<>())
                            .add(copy);
                } else {
                    fail(results, copy, MetricFailure.unusableName(copy.metric(), copy.node()));
                }
            }
            for (Map.Entry<Node, List<Copy>> one : byNode.entrySet()) {
                ask(one.getKey(), one.getValue(), results);
            }
            return results.values().stream()
                    .filter(result ->
                            result.stat().isPresent() || result.failure().isPresent())
                    .toList();
        }

        private void ask(Node node, List<Copy> copies, Map<Copy, Result> results) throws InterruptedException {
            if (lost.contains(node)) {
                return;
            }
            try {
                if (copies.size() == 1 || !askForAll(node, copies, results)) {
                    for (Copy copy : copies) {
                        askForOne(copy, results);
                    }
                }
            } catch (AgentInterruptedException e) {
                throw interrupted(e);
            } catch (AgentException e) {
                lost.add(node);
                shortfall.add(NodeFailure.of(node, e));
            }
        }

        /** Whether the daemon was willing; one that may not tell one of them refuses them all. */
        private static boolean askForAll(Node node, List<Copy> copies, Map<Copy, Result> results)
                throws AgentException {
            List<MetricName> names =
                    copies.stream().map(copy -> new MetricName(copy.metric())).toList();
            Iterator<Copy> answered = copies.iterator();
            try {
                node.client().stat(names, stat -> put(results, answered.next(), stat));
                return true;
            } catch (AgentRefusedException e) {
                return false;
            }
        }

        private static void askForOne(Copy copy, Map<Copy, Result> results) throws AgentException {
            try {
                put(results, copy, copy.node().client().stat(new MetricName(copy.metric())));
            } catch (AgentUnreachableException | InventoryNotReadyException | AgentInterruptedException e) {
                throw e;
            } catch (AgentException e) {
                fail(results, copy, MetricFailure.of(copy.metric(), copy.node(), e, "read"));
            }
        }

        private static void put(Map<Copy, Result> results, Copy copy, Optional<MetricStat> stat) {
            results.put(copy, new Result(copy, stat, Optional.empty()));
        }

        private static void fail(Map<Copy, Result> results, Copy copy, MetricFailure failure) {
            results.put(copy, new Result(copy, Optional.empty(), Optional.of(failure)));
        }
    }

    static InterruptedException interrupted(AgentInterruptedException failure) {
        InterruptedException interrupted = new InterruptedException(failure.getMessage());
        interrupted.initCause(failure);
        return interrupted;
    }

    /** All copies by name, some at a time. */
    private static final class Portions implements Iterator<List<Copy>> {
        private final List<Listing.Found> found;
        private final int together;
        private final NameList.Merge names;
        private boolean more;

        Portions(List<Listing.Found> found, int together) {
            this.found = found;
            this.together = together;
            this.names = NameList.merge(found.stream().map(Listing.Found::names).toList());
            this.more = names.next();
        }

        @Override
        public boolean hasNext() {
            return more;
        }

        @Override
        public List<Copy> next() {
            if (!more) {
                throw new NoSuchElementException();
            }
            List<Copy> portion = new ArrayList<>();
            while (more && portion.size() < together) {
                String name = names.cursor().name();
                for (int i = 0; i < names.occurrences(); i++) {
                    portion.add(new Copy(found.get(names.source(i)).node(), name));
                }
                more = names.next();
            }
            return portion;
        }
    }
}
