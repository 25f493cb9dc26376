package org.buckytools.cli.transfer;

import java.util.List;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.transfer.PullItem;

/** A way to bring metrics from one daemon to another. Safe for use by many threads. */
interface Copier {
    /**
     * Brings each of these from the source to the destination: creates it, or fills what is there.
     *
     * @param terms what a copier may do to be faster; it need not
     * @param results told of each metric once, in any order, when it is safely stored or has failed
     * @throws AgentException if the destination as a whole failed; metrics not yet told of are as they were, or stored
     */
    void copy(Node source, Node destination, List<PullItem> items, Terms terms, Results results) throws AgentException;

    /**
     * What may be done where both are daemons of version 2.
     *
     * @param remove whether a source may be deleted on the way once this destination has it; results say whether it was
     * @param atOnce how many metrics may be under way at once
     */
    record Terms(boolean remove, int atOnce) {}

    /** Takes results, on the calling thread. */
    @FunctionalInterface
    interface Results {
        /** What became of the item with this index. */
        void accept(int index, CopyResult result);
    }
}
