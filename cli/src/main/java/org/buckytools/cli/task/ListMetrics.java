package org.buckytools.cli.task;

import org.buckytools.cli.cluster.Cluster;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.names.NameList;

/**
 * Asks every node that is up for its metrics. All names are held, in the compact form of {@link NameList}, until the last node
 * has answered: a daemon must not wait for whoever reads our output, and a broken answer must not be printed by half.
 */
public final class ListMetrics {
    private final Cluster cluster;

    /** Lists metrics of this cluster. */
    public ListMetrics(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The metrics that are meant. */
    public Listing run(MetricQuery query) throws InterruptedException {
        return Collected.from(cluster, node -> {
            NameList.Builder names = NameList.builder();
            node.client().list(query, names::add);
            return names.build();
        });
    }
}
