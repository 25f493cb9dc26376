package org.buckytools.cli.option;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Option;

/** What takes part in a rebalance. */
public final class DestinationOptions {
    @Option(
            names = "--allowed-dsts",
            paramLabel = "HOST:PORT;...",
            description =
                    "Move metrics only to these daemons. The source of a metric that has other owners, too, stays.")
    String allowed = "";

    /** The daemons that may get metrics; empty if all may. */
    public Set<DaemonAddress> allowed() throws UserFacingException {
        Set<DaemonAddress> addresses = new HashSet<>();
        // The Go fork's help says a comma and its code wants a semicolon.
        for (String text : allowed.split("[;,]", -1)) {
            if (!text.isBlank()) {
                addresses.add(Addresses.parse(text.strip()));
            }
        }
        return addresses;
    }

    /** The daemons that are to be emptied. */
    public List<Node> outsiders(List<String> drained, Cluster cluster) throws UserFacingException {
        List<Node> nodes = new ArrayList<>();
        Set<DaemonAddress> known = new HashSet<>();
        cluster.nodes().forEach(node -> known.add(node.address()));
        for (String text : drained) {
            DaemonAddress address = Addresses.parse(text);
            if (!known.add(address)) {
                throw UserFacingException.usage(
                        address + " is in the ring or named twice, so it cannot be emptied",
                        "Start every buckyd with a ring without it first; then name it here.");
            }
            nodes.add(cluster.outsider(address));
        }
        return nodes;
    }

    /** The metrics to look at. */
    public MetricQuery query(String regex, boolean rescan) throws UserFacingException {
        Optional<String> expression = Optional.ofNullable(regex).filter(text -> !text.isEmpty());
        if (expression.isPresent()) {
            Expressions.check(expression.get());
        }
        return new MetricQuery(expression, Optional.empty(), rescan);
    }
}
