package org.buckytools.cli.archive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.parallel.ClientThreads;

/**
 * Runs requests to nodes. How many are at work at once is bounded, in all and for each node; who comes first is served first. There
 * are as many threads as requests at work, and a thread goes on with the next request. Closing it ends them.
 */
final class NodeTurns implements AutoCloseable {
    private final int most;
    private final ExecutorService threads;

    /** Guards everything below; held for moves in memory and, now and then, while a thread is started. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Node, Turns> ofNode = new HashMap<>();
    private int running;
    private long arrived;
    private boolean isClosed;

    /**
     * At most {@code workers} in all, of which no node gets more than its share, nor more than it {@linkplain Node#transfersAtOnce() can do}.
     *
     * @param name of the threads
     */
    NodeTurns(List<Node> nodes, int workers, String name) {
        most = workers;
        int share = Math.max(1, (workers + nodes.size() - 1) / Math.max(1, nodes.size()));
        nodes.forEach(node -> ofNode.put(node, new Turns(Math.min(share, node.transfersAtOnce()))));
        threads = Executors.newCachedThreadPool(ClientThreads.named(name));
    }

    /** What is done when its turn has come. */
    interface Request {
        /** Does it, and keeps its failures to itself. */
        void run();

        /** It will not be run, since there was a close before its turn. */
        void dropped();
    }

    private static final class Turns {
        private final int most;
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private int running;

        Turns(int most) {
            this.most = most;
        }
    }

    private record Waiting(Request request, long number) {}

    private record Turn(Turns node, Request request) {}

    /** Has a request run when it is its node's turn; returns at once. */
    void add(Node node, Request request) {
        lock.lock();
        try {
            if (!isClosed) {
                ofNode.get(node).waiting.add(new Waiting(request, arrived++));
                Turn turn = next();
                if (turn != null) {
                    threads.execute(() -> work(turn));
                }
                return;
            }
        } finally {
            lock.unlock();
        }
        request.dropped();
    }

    /** Takes the request that waits for the longest of those whose node is free; null if there is none. With the lock. */
    private Turn next() {
        Turns best = null;
        if (running < most) {
            for (Turns node : ofNode.values()) {
                if (node.running < node.most
                        && !node.waiting.isEmpty()
                        && (best == null
                                || node.waiting.peek().number()
                                        < best.waiting.peek().number())) {
                    best = node;
                }
            }
        }
        if (best == null) {
            return null;
        }
        best.running++;
        running++;
        return new Turn(best, best.waiting.remove().request());
    }

    private void work(Turn first) {
        Turn turn = first;
        while (turn != null) {
            try {
                turn.request().run();
            } finally {
                lock.lock();
                try {
                    turn.node().running--;
                    running--;
                    turn = next();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    @Override
    public void close() {
        List<Request> dropped = new ArrayList<>();
        lock.lock();
        try {
            isClosed = true;
            for (Turns node : ofNode.values()) {
                node.waiting.forEach(waiting -> dropped.add(waiting.request()));
                node.waiting.clear();
            }
            threads.shutdownNow();
        } finally {
            lock.unlock();
        }
        dropped.forEach(Request::dropped);
    }
}
