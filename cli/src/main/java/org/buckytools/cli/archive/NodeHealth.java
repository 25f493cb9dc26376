package org.buckytools.cli.archive;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.buckytools.cli.cluster.Node;

/**
 * Decides how long a daemon that does not answer is worth waiting for: one that restarts comes back within seconds, and one that is
 * gone must not keep all that follows waiting. Safe for use by many threads.
 */
final class NodeHealth {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final LongSupplier nanos;
    private final Map<Node, Long> failingSince = new ConcurrentHashMap<>();

    /** {@code nanos} counts time from anywhere. */
    NodeHealth(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** It has done something. */
    void works(Node node) {
        failingSince.remove(node);
    }

    /** It has failed once more; false if it has done nothing else for so long that it is given up. */
    boolean isWorthWaiting(Node node) {
        long now = nanos.getAsLong();
        return now - failingSince.computeIfAbsent(node, key -> now) < PATIENCE.toNanos();
    }

    /** A pause before the next try. */
    void pause() throws InterruptedException {
        Thread.sleep(PAUSE);
    }
}
