package org.buckytools.cli.cluster;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.buckytools.protocol.DaemonAddress;

/**
 * How to reach a cluster.
 *
 * @param first the daemon that is asked for the ring
 * @param single whether to work with that daemon alone; health is not checked then
 * @param timeout how long to wait for the headers of an answer
 * @param encoded whether transfers may be compressed
 * @param token sent with each request
 * @param inventoryTimeout how long a daemon may take to build its list of metrics before it counts as down
 * @param workers transfers or requests at once over the cluster, at least 1
 * @param rescan whether daemons rescan their disks before they answer
 * @param verbose whether to say each metric
 */
public record ClusterSettings(
        DaemonAddress first,
        boolean single,
        Duration timeout,
        boolean encoded,
        Optional<String> token,
        Duration inventoryTimeout,
        int workers,
        boolean rescan,
        boolean verbose) {
    public ClusterSettings {
        requireNonNull(first, "first is null");
        requireNonNull(timeout, "timeout is null");
        requireNonNull(token, "token is null");
        requireNonNull(inventoryTimeout, "inventory timeout is null");
        if (workers < 1) {
            throw new IllegalArgumentException("at least one worker is needed, not " + workers);
        }
    }

    /** The same for a cluster that has another first daemon. */
    public ClusterSettings at(DaemonAddress another) {
        return new ClusterSettings(
                another, single, timeout, encoded, token, inventoryTimeout, workers, rescan, verbose);
    }

    /** The same for one daemon alone. */
    public ClusterSettings alone(DaemonAddress daemon) {
        return new ClusterSettings(daemon, true, timeout, encoded, token, inventoryTimeout, workers, rescan, verbose);
    }
}
