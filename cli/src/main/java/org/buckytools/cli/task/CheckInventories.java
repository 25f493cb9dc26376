package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Answer;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.DaemonStatus;

/** Asks the daemons how complete their lists of metrics are. Go daemons have no such call, and count as fine. */
public final class CheckInventories {
    private final Cluster cluster;

    /** Checks the lists of these daemons. */
    public CheckInventories(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What is wrong, a line for each thing, naming the daemon. */
    public List<String> run() throws InterruptedException {
        List<Node> asked =
                cluster.upNodes().stream().filter(Node::speaksVersion2).toList();
        List<String> problems = new ArrayList<>();
        for (Answer<DaemonStatus> answer :
                cluster.ask(asked, node -> node.client().status())) {
            answer.value().ifPresent(status -> judge(answer.node(), status, problems));
            // Without a token one may see the ring, and no more; that is nothing wrong with the daemon.
            answer.failure()
                    .filter(failure -> !AccessRefusal.isOne(failure))
                    .ifPresent(failure -> problems.add(failure.getMessage()));
        }
        return problems;
    }

    private static void judge(Node node, DaemonStatus status, List<String> problems) {
        status.problem()
                .ifPresent(problem -> problems.add(node
                        + (status.inventoryReady() ? " has an old list of its metrics" : " has no list of its metrics")
                        + ", since " + problem));
        if (status.unreadable() > 0) {
            problems.add(node + " could not read " + status.unreadable()
                    + (status.unreadable() == 1 ? " directory" : " directories")
                    + ", and what is in there is missing in its list of metrics; its log says which");
        }
    }
}
