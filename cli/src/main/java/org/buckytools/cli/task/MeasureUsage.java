package org.buckytools.cli.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.buckytools.cli.cluster.Answer;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.cluster.NodeState;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.SpaceUsage;
import org.buckytools.protocol.transfer.UnreadableMetric;

/**
 * Adds up the space that metrics take. Daemons of ours do it by themselves, and send a sum; of others each metric is looked up.
 */
public final class MeasureUsage {
    private static final int NO_SUCH_CALL = 404;

    private final Cluster cluster;
    private final boolean needsAllocated;

    /**
     * Measures metrics of this cluster.
     *
     * @param needsAllocated whether a daemon that cannot tell the space on the disk is of no use
     */
    public MeasureUsage(Cluster cluster, boolean needsAllocated) {
        this.cluster = cluster;
        this.needsAllocated = needsAllocated;
    }

    /**
     * What was measured.
     *
     * @param byNode of each daemon that answered; {@code allocated} counts only where it is known
     * @param knowsAllocated whether all daemons that answered told the space on the disk
     * @param shortfall what is missing
     */
    public record Usage(Map<Node, SpaceUsage> byNode, boolean knowsAllocated, Shortfall shortfall) {
        public Usage {
            byNode = Map.copyOf(byNode);
        }

        /** All of it. */
        public SpaceUsage sum() {
            return byNode.values().stream().reduce(SpaceUsage.NONE, SpaceUsage::plus);
        }
    }

    /**
     * What one daemon said.
     *
     * @param names where they had to be asked for
     * @param usage empty if the names have yet to be looked up
     */
    private record Part(NameList names, Optional<SpaceUsage> usage, List<UnreadableMetric> unreadable) {}

    /** Measures the metrics that are meant. A metric on two nodes counts twice, as it takes space on both. */
    public Usage run(MetricQuery query) throws IOException, InterruptedException {
        Shortfall.Builder shortfall = new Shortfall.Builder();
        List<Node> asked = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            if (node.state() instanceof NodeState.Down down) {
                shortfall.add(new NodeFailure(node, down.reason().getMessage()));
            } else if (needsAllocated && !node.speaksVersion2()) {
                shortfall.add(
                        new NodeFailure(node, node + " is a Go daemon and cannot tell how much space is allocated"));
            } else {
                asked.add(node);
            }
        }
        Map<Node, SpaceUsage> byNode = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        List<NameList> names = new ArrayList<>();
        List<Listing.Found> left = new ArrayList<>();
        for (Answer<Part> answer : cluster.ask(asked, node -> measure(node, query))) {
            if (answer.value().isEmpty()) {
                shortfall.add(NodeFailure.of(answer));
                continue;
            }
            Part part = answer.value().get();
            names.add(part.names());
            byNode.put(answer.node(), part.usage().orElse(SpaceUsage.NONE));
            if (part.usage().isEmpty()) {
                left.add(new Listing.Found(answer.node(), part.names()));
            } else {
                addUnreadable(answer.node(), part, shortfall);
            }
        }
        new StatMetrics(cluster)
                .run(
                        left,
                        (node, stat) -> byNode.merge(node, new SpaceUsage(1, stat.size(), 0, 0, 0), SpaceUsage::plus),
                        shortfall);
        return new Usage(
                byNode, left.isEmpty(), shortfall.build(cluster.nodes().size(), NamedMetrics.nowhere(query, names)));
    }

    private Part measure(Node node, MetricQuery query) throws AgentException {
        NameList names = NameList.EMPTY;
        MetricQuery meant = query;
        // Where metrics are named, somebody wants to know which of them are nowhere.
        if (query.names().isPresent() || !node.speaksVersion2()) {
            names = list(node, query);
            List<String> present = new ArrayList<>();
            names.forEach(present::add);
            meant = new MetricQuery(Optional.empty(), Optional.of(present), false);
        }
        if (!node.speaksVersion2()) {
            return new Part(names, Optional.empty(), List.of());
        }
        if (query.names().isPresent() && names.isEmpty()) {
            return new Part(names, Optional.of(SpaceUsage.NONE), List.of());
        }
        List<UnreadableMetric> unreadable = new ArrayList<>();
        try {
            SpaceUsage usage = node.client().usage(meant, unreadable::add);
            return new Part(names, Optional.of(usage), unreadable);
        } catch (AgentRefusedException e) {
            if (e.status() != NO_SUCH_CALL || needsAllocated) {
                throw e;
            }
            // Ours, but older than this call.
            return new Part(query.names().isPresent() ? names : list(node, query), Optional.empty(), List.of());
        }
    }

    private static NameList list(Node node, MetricQuery query) throws AgentException {
        NameList.Builder names = NameList.builder();
        node.client().list(query, names::add);
        return names.build();
    }

    private static void addUnreadable(Node node, Part part, Shortfall.Builder shortfall) {
        for (UnreadableMetric one : part.unreadable()) {
            shortfall.add(
                    new MetricFailure(one.metric().value(), node, one.message(), "Look into the log of buckyd there."));
        }
        long untold =
                part.usage().orElseThrow().unreadable() - part.unreadable().size();
        shortfall.addUntold(Math.max(0, untold));
    }
}
