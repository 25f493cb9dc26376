package org.buckytools.cli.output;

import java.io.IOException;
import java.util.List;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.task.DeleteMetrics;
import org.buckytools.cli.task.Modified;
import org.buckytools.cli.task.ModifySummary;
import org.buckytools.cli.transfer.TransferSummary;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.transfer.SpaceUsage;

/** Writes results as data. An exception means that standard output is closed or full. */
public interface ResultPrinter {
    /** Names, each once, in order. */
    void names(List<NameList> names) throws IOException;

    /** Names with the node where each really is. */
    void namesByNode(List<NodeNames> nodes) throws IOException;

    /**
     * Where the ring puts names, in the order given.
     *
     * @param alone whether each has one place only, as on a ring without replicas
     */
    void locations(Iterable<Location> locations, boolean alone) throws IOException;

    /** A cluster as it was found. */
    void servers(Cluster cluster) throws IOException;

    /** What a move would do. */
    void moves(Iterable<PlannedMove> moves) throws IOException;

    /** How a move went; a text is {@link TransferReport}'s, which is not data. */
    void moved(TransferSummary summary) throws IOException;

    /** Stats of metrics, one after the other. */
    StatPrinter stats() throws IOException;

    /**
     * How much space metrics take.
     *
     * @param wantsAllocated whether the space on the disks was asked for, and not that of the files' lengths
     * @param knowsAllocated whether all daemons told it
     */
    void usage(SpaceUsage usage, boolean wantsAllocated, boolean knowsAllocated) throws IOException;

    /**
     * How a deletion went; a text is no data.
     *
     * @param declined metrics for which the answer was no
     */
    void deleted(DeleteMetrics.Deletion deletion, long declined) throws IOException;

    /** What became of one file that was to get another schema, while others are still worked on. */
    void modified(Modified item) throws IOException;

    /**
     * How a change of schemas went; a text is {@link ModifyReport}'s, which is not data.
     *
     * @param items each file, if they are wanted
     */
    void modified(ModifySummary summary, List<Modified> items) throws IOException;

    /**
     * Names that one node has.
     *
     * @param node as HOST:PORT
     */
    record NodeNames(String node, NameList names) {}

    /**
     * Where the ring puts a name.
     *
     * @param hosts in ring order; none if the name does not tell
     */
    record Location(String metric, List<String> hosts) {
        public Location {
            hosts = List.copyOf(hosts);
        }
    }

    /** A metric that would be moved; nodes as HOST:PORT. */
    record PlannedMove(String source, String oldName, String destination, String newName) {}
}
