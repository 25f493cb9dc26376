package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.cluster.Answer;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.cluster.NodeState;
import org.buckytools.protocol.names.NameList;

/** Collects names from every node that is up. */
final class Collected {
    private Collected() {}

    static Listing from(Cluster cluster, Cluster.NodeRequest<NameList> request) throws InterruptedException {
        List<NodeFailure> failures = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            if (node.state() instanceof NodeState.Down down) {
                failures.add(new NodeFailure(node, down.reason().getMessage()));
            }
        }
        List<Listing.Found> found = new ArrayList<>();
        for (Answer<NameList> answer : cluster.ask(cluster.upNodes(), request)) {
            if (answer.value().isPresent()) {
                found.add(new Listing.Found(answer.node(), answer.value().get()));
            } else {
                failures.add(NodeFailure.of(answer));
            }
        }
        return new Listing(found, failures);
    }
}
