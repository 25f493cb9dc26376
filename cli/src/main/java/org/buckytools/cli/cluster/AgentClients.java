package org.buckytools.cli.cluster;

import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.AgentClient;

/** Makes clients. The one of the program retries by itself and shares connections; tests make their own. */
public interface AgentClients extends AutoCloseable {
    /** A client of the daemon at this address; nothing is sent yet. The caller closes it. */
    AgentClient open(DaemonAddress address);

    /** Gives back what the clients share. */
    @Override
    void close();

    /** Makes {@link AgentClients} once the command line is known. */
    @FunctionalInterface
    interface Factory {
        /** Clients that behave as {@code settings} say. */
        AgentClients create(ClusterSettings settings);
    }
}
