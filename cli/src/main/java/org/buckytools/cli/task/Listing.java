package org.buckytools.cli.task;

import java.util.List;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.output.ResultPrinter.NodeNames;
import org.buckytools.protocol.names.NameList;

/**
 * Names that were found, by node.
 *
 * @param found one for each node that answered, in ring order
 * @param failures of the others
 */
public record Listing(List<Found> found, List<NodeFailure> failures) {
    /** What one node has. */
    public record Found(Node node, NameList names) {}

    public Listing {
        found = List.copyOf(found);
        failures = List.copyOf(failures);
    }

    /** The names of each node alone. */
    public List<NameList> names() {
        return found.stream().map(Found::names).toList();
    }

    /** The names of each node that has any, with the node. */
    public List<NodeNames> byNode() {
        return found.stream()
                .filter(one -> !one.names().isEmpty())
                .map(one -> new NodeNames(one.node().address().toString(), one.names()))
                .toList();
    }

    /** How many names there are on all nodes together. */
    public long size() {
        return found.stream().mapToLong(one -> one.names().size()).sum();
    }

    /** What a command that prints this ends with: partly done where a daemon is missing, failed with the cluster where all are. */
    public ExitCode exitCode() {
        if (failures.isEmpty()) {
            return ExitCode.DONE;
        }
        return found.isEmpty() ? ExitCode.CLUSTER : ExitCode.PARTLY;
    }
}
