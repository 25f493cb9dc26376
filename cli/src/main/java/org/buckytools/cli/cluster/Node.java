package org.buckytools.cli.cluster;

import java.util.Optional;
import java.util.OptionalInt;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentClient;

/**
 * One daemon.
 *
 * @param host its host as the ring has it; a daemon that is not in the ring has the host by which it was asked
 * @param address where it listens
 * @param client how to ask it; belongs to the {@link Cluster}
 * @param state what is known of it
 */
public record Node(String host, DaemonAddress address, AgentClient client, NodeState state) {
    /** Transfers that no node gets more of at once, nor less than: measured on two processors, and between them a guess. */
    private static final int MOST_TRANSFERS = 8;

    private static final int LEAST_TRANSFERS = 4;

    /** The first protocol version in which daemons find misplaced metrics, pull and delete by themselves. */
    private static final int SECOND_VERSION = 2;

    /** Whether it answered. */
    public boolean isUp() {
        return !(state instanceof NodeState.Down);
    }

    /** Whether it has the calls of version 2; a Go daemon has not. */
    public boolean speaksVersion2() {
        Optional<RingDescription> description = state.description();
        return description.isPresent() && description.get().api() >= SECOND_VERSION;
    }

    /**
     * How many transfers at once, from it or to it, keep this node busy: beyond that they get in each other's way, and what was copied
     * waits longer to be deleted.
     */
    public int transfersAtOnce() {
        OptionalInt processors =
                state.description().map(RingDescription::processors).orElse(OptionalInt.empty());
        return processors.isPresent()
                ? Math.clamp(2L * processors.getAsInt(), LEAST_TRANSFERS, MOST_TRANSFERS)
                : MOST_TRANSFERS;
    }

    /** One daemon listens at an address, so nodes with the same address are the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Node node && address.equals(node.address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
