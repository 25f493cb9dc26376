package org.buckytools.cli.task;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.transfer.JobFile;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.names.NameList;

/** Finds out what has to be copied so that one daemon has all that another one has. */
public final class PlanCopy {
    private final Cluster source;
    private final List<String> destination;
    private final PlanBuilder plan;

    /**
     * @param source the one daemon to copy from
     * @param destination the one daemon to copy to
     * @param jobFile copies that an earlier run has made
     * @param delete whether sources will be deleted
     */
    public PlanCopy(Cluster source, Cluster destination, Optional<JobFile> jobFile, boolean delete) {
        this.source = source;
        this.destination = destination.nodes().stream().map(Node::host).toList();
        this.plan = new PlanBuilder(destination, Set.of(), jobFile, delete);
    }

    /**
     * Asks the source for its metrics. What it is asked for by name and does not have is in the plan too, to be reported.
     *
     * @throws UserFacingException if it fails
     */
    public MovePlan run(MetricQuery query) throws UserFacingException, InterruptedException {
        Node node = source.nodes().getFirst();
        PlanBuilder.Outgoing outgoing = plan.from(node);
        NameList found = PlanBuilder.all(source.ask(List.of(node), asked -> namesOf(asked, query)))
                .getFirst();
        found.forEach(metric -> outgoing.add(metric, destination, 0));
        long notFound = 0;
        for (String metric : NamedMetrics.nowhere(query, List.of(found))) {
            outgoing.add(metric, destination, 0);
            notFound++;
        }
        return plan.build(List.of(outgoing), notFound, 0);
    }

    private static NameList namesOf(Node node, MetricQuery query) throws AgentException {
        NameList.Builder names = NameList.builder();
        node.client().list(query, names::add);
        return names.build();
    }
}
