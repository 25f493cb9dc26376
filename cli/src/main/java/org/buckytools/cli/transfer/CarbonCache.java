package org.buckytools.cli.transfer;

import java.io.IOException;
import org.buckytools.cli.cluster.Node;

/**
 * What go-carbon says of its cache.
 *
 * @param size points in it
 * @param limit how many it may hold
 */
record CarbonCache(long size, long limit) {
    boolean isAbove(double threshold) {
        return size >= limit * threshold;
    }

    /** Asks go-carbon. */
    @FunctionalInterface
    interface Source {
        /** The cache of the go-carbon that runs on this node. */
        CarbonCache of(Node node) throws IOException;
    }
}
