package org.buckytools.cli.transfer;

import java.util.List;
import java.util.Optional;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentException;

/** Deletes metrics that still are what was copied. Safe for use by many threads. */
interface Remover {
    /**
     * Deletes each of these unless it was written since.
     *
     * @param results told of each once, in any order
     * @throws AgentException if the source as a whole failed; those not yet told of may or may not be deleted
     */
    void remove(Node source, List<Copied> copied, Results results) throws AgentException;

    /** A metric by the version that was copied. */
    record Copied(MetricName metric, String version) {}

    /** What happened to it at the source. */
    enum Outcome {
        /** It is gone, or was already. */
        DELETED,
        /** It was written since, and has to be copied again. */
        CHANGED,
        /** It is still there. */
        FAILED
    }

    /** Takes results, on the calling thread. */
    @FunctionalInterface
    interface Results {
        /** What became of the item with this index; the problem says why it is still there. */
        void accept(int index, Outcome outcome, Optional<Problem> problem);
    }
}
