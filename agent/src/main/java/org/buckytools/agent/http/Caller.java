package org.buckytools.agent.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Who sent a request.
 *
 * @param address without the port, as the log has it
 * @param isOnThisMachine whether nothing that is sent there crosses a network
 */
record Caller(String address, boolean isOnThisMachine) {
    /** By a connection's two ends. */
    static Caller of(String address, SocketAddress local, SocketAddress remote) {
        boolean isOnThisMachine = local instanceof InetSocketAddress here
                && remote instanceof InetSocketAddress there
                && there.getAddress() != null
                && (there.getAddress().isLoopbackAddress() || there.getAddress().equals(here.getAddress()));
        return new Caller(address, isOnThisMachine);
    }
}
