package org.buckytools.cli.archive;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.buckytools.cli.cluster.Node;

/** Bounds how many requests are at work at once, in all and for each node; who comes first is served first. */
final class NodeTurns {
    private static final int MOST_PER_NODE = 8;

    private final Semaphore all;
    private final Map<Node, Semaphore> ofNode = new HashMap<>();

    /** At most {@code workers} in all, of which no node gets more than its share, nor more than {@value #MOST_PER_NODE}. */
    NodeTurns(List<Node> nodes, int workers) {
        all = new Semaphore(workers, true);
        int each = Math.clamp((workers + nodes.size() - 1) / Math.max(1, nodes.size()), 1, MOST_PER_NODE);
        nodes.forEach(node -> ofNode.put(node, new Semaphore(each, true)));
    }

    /** What is done when its turn has come. */
    @FunctionalInterface
    interface Request {
        void run() throws IOException, InterruptedException;
    }

    /** Waits for this node's turn and then runs the request. */
    void run(Node node, Request request) throws IOException, InterruptedException {
        Semaphore here = ofNode.get(node);
        here.acquire();
        try {
            all.acquire();
            try {
                request.run();
            } finally {
                all.release();
            }
        } finally {
            here.release();
        }
    }
}
