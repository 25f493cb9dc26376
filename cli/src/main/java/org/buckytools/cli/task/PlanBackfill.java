package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.transfer.JobFile;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.NameSink;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.PullItem;

/**
 * Finds out what has to be copied so that metrics of one cluster are in another one, or under other names in the same one.
 *
 * <p>A metric is copied from every node that has it, from its owners first: a point of which two nodes have different values is the
 * owner's. That makes the stages of the plan.
 */
public final class PlanBackfill {
    private final Cluster sources;
    private final Placement before;
    private final Placement after;
    private final PlanBuilder plan;
    private final NamesBeyondAscii beyondAscii;

    /**
     * @param sources the cluster to copy from
     * @param destinations the cluster to copy to, which may be the same
     * @param jobFile copies that an earlier run has made
     * @param delete whether sources will be deleted
     */
    public PlanBackfill(Cluster sources, Cluster destinations, Optional<JobFile> jobFile, boolean delete) {
        this.sources = sources;
        this.before = new Placement(sources.ring());
        this.after = new Placement(destinations.ring());
        this.beyondAscii = new NamesBeyondAscii(destinations.ring());
        this.plan = new PlanBuilder(destinations, Set.of(), jobFile, delete);
    }

    /**
     * Copies metrics under new names. Old names that nobody has are in the plan too, to be reported.
     *
     * @throws UserFacingException if a daemon fails, or if the ring cannot place a new name
     */
    public MovePlan renaming(Renames renames, boolean rescan) throws UserFacingException, InterruptedException {
        MetricQuery query = new MetricQuery(Optional.empty(), Optional.of(renames.oldNames()), rescan);
        List<Node> nodes = sources.upNodes();
        List<BitSet> found = PlanBuilder.all(sources.ask(nodes, node -> find(node, query, renames)));
        Map<Node, PlanBuilder.Outgoing> outgoing = new LinkedHashMap<>();
        nodes.forEach(node -> outgoing.put(node, plan.from(node)));
        long notFound = 0;
        for (int i = 0; i < renames.size(); i++) {
            PullItem item = renames.get(i);
            List<String> wanted = after.hosts(item.to().value());
            if (wanted.isEmpty()) {
                throw UserFacingException.usage(
                        item.to() + " is the name of a tagged series that the ring cannot place",
                        "Give the series in the form that can be read back, with _DOT_ for its dots.");
            }
            beyondAscii.look(item.to().value());
            List<String> owners = before.hosts(item.from().value());
            int turn = renames.turn(i) * (mostRank() + 1);
            boolean any = false;
            for (int n = 0; n < nodes.size(); n++) {
                if (found.get(n).get(i)) {
                    any = true;
                    outgoing.get(nodes.get(n)).add(item, wanted, turn + rank(owners, nodes.get(n)));
                }
            }
            if (!any) {
                outgoing.get(ownerAmong(nodes, owners)).add(item, wanted, turn);
                notFound++;
            }
        }
        return plan.build(List.copyOf(outgoing.values()), notFound, 0).warningOf(beyondAscii);
    }

    private static BitSet find(Node node, MetricQuery query, Renames renames) throws AgentException {
        BitSet found = new BitSet(renames.size());
        node.client().list(query, NameSink.ofTexts(name -> renames.indexOf(name).ifPresent(found::set)));
        return found;
    }

    private static Node ownerAmong(List<Node> nodes, List<String> owners) {
        return nodes.stream()
                .filter(node -> owners.contains(node.host()))
                .findFirst()
                .orElse(nodes.getFirst());
    }

    /** The owner's copy comes before that of a replica, and that before one that does not belong where it is. */
    private int rank(List<String> owners, Node node) {
        int rank = owners.indexOf(node.host());
        return rank < 0 ? mostRank() : Math.min(rank, mostRank());
    }

    private int mostRank() {
        return sources.ring().replicas();
    }

    /**
     * Copies metrics under their names.
     *
     * @throws UserFacingException if a daemon fails
     */
    public MovePlan keepingNames(MetricQuery query) throws UserFacingException, InterruptedException {
        List<Kept> found = PlanBuilder.all(sources.ask(sources.upNodes(), node -> collect(node, query)));
        List<PlanBuilder.Outgoing> outgoing = new ArrayList<>();
        NameList.Builder unplaceable = NameList.builder();
        for (Kept one : found) {
            outgoing.add(one.outgoing());
            one.unplaceable().forEach(unplaceable::add);
        }
        return plan.build(outgoing, 0, unplaceable.build().size()).warningOf(beyondAscii);
    }

    /** What is on one node. */
    private record Kept(PlanBuilder.Outgoing outgoing, NameList unplaceable) {}

    private Kept collect(Node node, MetricQuery query) throws AgentException {
        PlanBuilder.Outgoing outgoing = plan.from(node);
        NameList.Builder unplaceable = NameList.builder();
        node.client().list(query, NameSink.ofTexts(metric -> {
            List<String> wanted = after.hosts(metric);
            if (wanted.isEmpty()) {
                unplaceable.add(metric);
            } else {
                beyondAscii.look(metric);
                outgoing.add(metric, wanted, rank(before.hosts(metric), node));
            }
        }));
        return new Kept(outgoing, unplaceable.build());
    }
}
