package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.transfer.JobFile;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.client.AgentException;

/** Finds out what has to be moved so that every metric is where the ring wants it. */
public final class PlanRebalance {
    private final Cluster cluster;
    private final FindMisplaced misplaced;
    private final PlanBuilder plan;
    private final NamesBeyondAscii beyondAscii;

    /**
     * @param query which metrics to look at
     * @param exceptPrefixes names that start with one of these stay where they are
     * @param allowedDestinations who may get metrics; everyone if it is empty
     * @param jobFile moves that an earlier run has done
     * @param delete whether sources will be deleted, for which all of a metric's owners must have it
     */
    public PlanRebalance(
            Cluster cluster,
            MetricQuery query,
            List<String> exceptPrefixes,
            Set<DaemonAddress> allowedDestinations,
            Optional<JobFile> jobFile,
            boolean delete) {
        this.cluster = cluster;
        this.beyondAscii = new NamesBeyondAscii(cluster.ring());
        this.misplaced = new FindMisplaced(cluster, query, exceptPrefixes);
        this.plan = new PlanBuilder(cluster, allowedDestinations, jobFile, delete);
    }

    /**
     * Asks all nodes of the cluster and these daemons outside of it.
     *
     * @throws UserFacingException if one of them fails
     */
    public MovePlan run(List<Node> outsiders) throws UserFacingException, InterruptedException {
        List<Node> sources = new ArrayList<>(cluster.upNodes());
        sources.addAll(outsiders);
        return plan.build(PlanBuilder.all(cluster.ask(sources, this::find)), 0, 0)
                .warningOf(beyondAscii);
    }

    private PlanBuilder.Outgoing find(Node source) throws AgentException {
        PlanBuilder.Outgoing found = plan.from(source);
        misplaced.on(source, owners -> beyondAscii.before(found.unrenamed(owners, 0)));
        return found;
    }
}
