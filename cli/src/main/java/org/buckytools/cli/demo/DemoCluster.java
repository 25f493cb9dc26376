package org.buckytools.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentClient;

/**
 * Three daemons on 127.0.1.1 to 127.0.1.3, which are loopback addresses like 127.0.0.1, with a store each below one folder.
 */
final class DemoCluster implements AutoCloseable {
    /** The ring by which the metrics are placed at first has one member less. */
    static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");

    private static final List<String> INSTANCES = List.of("a", "b", "c");
    private static final int CARBON_PORT = 2003;
    private static final int PORT_TRIES = 20;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final Path folder;
    private final int port;
    private final List<DaemonProcess> daemons = new ArrayList<>();

    /** Set by the thread that cleans up after an interruption, while the demo's own still goes on. */
    private boolean closed;

    DemoCluster(Path folder) throws IOException {
        this.folder = folder;
        this.port = freePort();
        for (String host : HOSTS) {
            Files.createDirectories(store(host));
        }
    }

    /** The ring of the first {@code size} hosts. */
    static HashRing ring(int size) {
        return HashRings.of(RingType.JUMP_FNV1A, members(size));
    }

    private static List<Member> members(int size) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            members.add(new Member(HOSTS.get(i), CARBON_PORT, Optional.of(INSTANCES.get(i))));
        }
        return members;
    }

    Path store(String host) {
        return folder.resolve("node-" + host);
    }

    // Fails once the demo has been stopped, so that nothing is made that nobody would remove.
    synchronized Path file(String host, MetricName metric) throws IOException {
        requireOpen();
        return store(host).resolve(metric.relativePath());
    }

    DaemonAddress address(String host) {
        return new DaemonAddress(host, port);
    }

    /** Starts all three with the ring of all three, and waits until they answer. */
    void start(Path buckyd, AgentClients.Factory factory) throws IOException {
        for (String host : HOSTS) {
            List<String> arguments = new ArrayList<>(List.of(
                    "--prefix=" + store(host),
                    "--tmpdir=" + folder,
                    "--sparse",
                    "--no-rehearsal",
                    "--hash=" + RingType.JUMP_FNV1A.wireName()));
            for (Member member : members(HOSTS.size())) {
                arguments.add(member.toString());
            }
            synchronized (this) {
                requireOpen();
                daemons.add(DaemonProcess.start(
                        List.of(buckyd.toString()),
                        address(host),
                        arguments,
                        folder.resolve("buckyd-" + host + ".log")));
            }
        }
        try (AgentClients clients = factory.create(settings())) {
            for (DaemonProcess daemon : started()) {
                try (AgentClient client = clients.open(daemon.address())) {
                    daemon.awaitAnswer(client);
                }
            }
        }
    }

    private synchronized List<DaemonProcess> started() {
        return List.copyOf(daemons);
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the demo was stopped");
        }
    }

    private ClusterSettings settings() {
        return new ClusterSettings(
                address(HOSTS.getFirst()),
                false,
                ANSWER_TIMEOUT,
                false,
                Optional.empty(),
                ANSWER_TIMEOUT,
                1,
                false,
                false);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        IOException failure = null;
        for (DaemonProcess daemon : daemons) {
            try {
                daemon.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        daemons.clear();
        if (failure != null) {
            throw failure;
        }
    }

    /** A port that is free on all three addresses now. Somebody may take it before the daemons do; they then say so. */
    private static int freePort() throws IOException {
        IOException last = null;
        for (int i = 0; i < PORT_TRIES; i++) {
            List<ServerSocket> bound = new ArrayList<>();
            try {
                int candidate = 0;
                for (String host : HOSTS) {
                    ServerSocket socket = new ServerSocket();
                    bound.add(socket);
                    socket.bind(new InetSocketAddress(InetAddress.getByName(host), candidate));
                    candidate = socket.getLocalPort();
                }
                return candidate;
            } catch (IOException e) {
                last = e;
            } finally {
                for (ServerSocket socket : bound) {
                    socket.close();
                }
            }
        }
        throw new IOException("no port is free on all of " + String.join(", ", HOSTS), last);
    }
}
