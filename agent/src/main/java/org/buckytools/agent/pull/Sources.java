package org.buckytools.agent.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.ClientOptions;
import org.buckytools.protocol.client.FetchConnections;
import org.buckytools.protocol.client.FetchSession;
import org.buckytools.protocol.client.HttpAgentClients;
import org.buckytools.protocol.transfer.FetchRequest;

/** Connections to the daemons that this one fetches from. Safe for use by many threads. */
final class Sources implements AutoCloseable {
    /** What a pull's files arrive in. */
    private static final int BUFFER_BYTES = 256 * 1024;

    /** Of version 1: the answer comes when the source has read the whole file, from a disk that may be busy. */
    private static final Duration HEADER_TIMEOUT = Duration.ofMinutes(2);

    private final InstantSource clock;
    private final HttpAgentClients clients;
    private final FetchConnections connections;

    /** Direct buffers that no fetch uses now; never more than there are pulls at once. */
    private final ConcurrentLinkedDeque<ByteBuffer> buffers = new ConcurrentLinkedDeque<>();

    /** {@code software} is what this daemon calls itself; a name without spaces. */
    Sources(String software, InstantSource clock) {
        ClientOptions options = new ClientOptions(
                ClientOptions.DEFAULT.connectTimeout(),
                HEADER_TIMEOUT,
                ClientOptions.DEFAULT.inactivityTimeout(),
                Optional.empty(),
                software);
        this.clock = clock;
        this.clients = new HttpAgentClients(options, clock);
        this.connections = new FetchConnections(options);
    }

    /** What is done with a fetch that has been answered. */
    @FunctionalInterface
    interface Reading {
        void read(FetchSession session) throws IOException;
    }

    /**
     * Sends a fetch and has its answer read.
     *
     * @throws AgentException what the source did wrong
     * @throws IOException what {@code reading} throws
     */
    void fetch(DaemonAddress source, FetchRequest request, Optional<String> token, Reading reading) throws IOException {
        ByteBuffer free = buffers.poll();
        ByteBuffer buffer = free == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : free;
        try (FetchSession session =
                connections.fetch(source, request, token, clock.instant().getEpochSecond(), buffer)) {
            reading.read(session);
        } finally {
            buffers.push(buffer);
        }
    }

    /** A client of version 1. */
    AgentClient client(DaemonAddress source, Optional<String> token) {
        return clients.connect(source, token);
    }

    @Override
    public void close() {
        connections.close();
        clients.close();
    }
}
