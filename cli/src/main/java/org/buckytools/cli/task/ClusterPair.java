package org.buckytools.cli.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.RingDescription;

/**
 * What two clusters, or two daemons, have in common when metrics go from one to the other.
 *
 * @param sources where they come from
 * @param destinations where they go
 */
public record ClusterPair(Cluster sources, Cluster destinations) {
    /** Whether a daemon is in both, so that a name is that of the same metric before and after. */
    public boolean isOneCluster() {
        return sources.nodes().stream().anyMatch(this::isDestination);
    }

    private boolean isDestination(Node node) {
        // With -s there are members that nobody has asked, and the one daemon may be reached by another host than the
        // ring has.
        boolean isMember = destinations.ring().stores().contains(node.host())
                && node.address().port() == destinations.settings().first().port();
        return isMember || destinations.nodes().contains(node);
    }

    /**
     * Before sources are deleted: refuses daemons that call themselves the same at two addresses. A metric that is copied from a
     * daemon to itself, and then deleted there, would be lost.
     */
    public void requireDistinctDaemons() throws UserFacingException {
        Map<String, Node> byName = new HashMap<>();
        for (Node node : sources.upNodes()) {
            node.state().description().map(RingDescription::name).ifPresent(name -> byName.put(name, node));
        }
        for (Node node : destinations.upNodes()) {
            String name = node.state().description().map(RingDescription::name).orElse("");
            Node other = byName.get(name);
            if (other != null && !other.equals(node)) {
                throw new UserFacingException(
                        ExitCode.CLUSTER,
                        other + " and " + node + " both say that they are the node " + name,
                        List.of(
                                "Nothing was changed. If they are one daemon, --delete would delete what was just copied."),
                        "If they are two, start each buckyd with its own --node, or leave out --delete.");
            }
        }
    }
}
