package org.buckytools.cli.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.buckytools.cli.demo.DaemonProcess;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.HttpAgentClients;

/** Daemons and clients as processes, run from the test's own class path. */
final class ProcessCluster implements AutoCloseable {
    static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");

    private final Path folder;
    private final int port;
    private final HashRing ring;
    private final Map<String, DaemonProcess> daemons = new HashMap<>();

    ProcessCluster(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.port = freePort();
        List<Member> members = new ArrayList<>();
        for (String host : HOSTS) {
            members.add(new Member(host, 2003, Optional.of(Integer.toString(members.size() + 1))));
        }
        this.ring = HashRings.of(RingType.JUMP_FNV1A, members);
        for (String host : HOSTS) {
            Files.createDirectories(store(host));
            start(host);
        }
    }

    HashRing ring() {
        return ring;
    }

    Path store(String host) {
        return folder.resolve(host);
    }

    Path file(String host, MetricName metric) {
        return store(host).resolve(metric.relativePath());
    }

    Path owned(MetricName metric) {
        return file(ring.stores(metric.value()).getFirst(), metric);
    }

    DaemonAddress address(String host) {
        return new DaemonAddress(host, port);
    }

    void start(String host) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--prefix=" + store(host),
                "--sparse",
                "--no-rehearsal",
                "--hash=" + ring.type().wireName()));
        ring.members().forEach(member -> arguments.add(member.toString()));
        DaemonProcess daemon = DaemonProcess.start(
                java("org.buckytools.agent.BuckydMain"), address(host), arguments, folder.resolve(host + ".log"));
        daemons.put(host, daemon);
        try (HttpAgentClients clients = EndToEnd.clients();
                AgentClient client = clients.connect(address(host))) {
            daemon.awaitAnswer(client);
        }
    }

    /** Ends a daemon as a power switch would, as far as a process can see. */
    void kill(String host) throws InterruptedException {
        ProcessHandle process = daemons.remove(host).handle();
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts {@code bucky}; what it prints is added to a log. */
    Process bucky(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(java("org.buckytools.cli.BuckyMain"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(clientLog().toFile()))
                .start();
    }

    /** Runs {@code bucky} to its end. */
    int run(String... arguments) throws IOException, InterruptedException {
        Process process = bucky(arguments);
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("bucky " + String.join(" ", arguments) + " does not end; its log:\n" + log());
        }
        return process.exitValue();
    }

    String log() throws IOException {
        return Files.exists(clientLog()) ? Files.readString(clientLog()) : "";
    }

    /** Files in all stores whose names begin with a dot: stages, or what was left of them. */
    List<Path> hiddenFiles() throws IOException {
        List<Path> hidden = new ArrayList<>();
        for (String host : HOSTS) {
            try (Stream<Path> files = Files.walk(store(host))) {
                files.filter(file -> file.getFileName().toString().startsWith(".bucky-"))
                        .forEach(hidden::add);
            }
        }
        return hidden;
    }

    private Path clientLog() {
        return folder.resolve("bucky.log");
    }

    private static List<String> java(String main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Djdk.virtualThreadScheduler.parallelism=16",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main);
    }

    private static int freePort() throws IOException {
        List<ServerSocket> bound = new ArrayList<>();
        try {
            int port = 0;
            for (String host : HOSTS) {
                ServerSocket socket = new ServerSocket();
                bound.add(socket);
                socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
                port = socket.getLocalPort();
            }
            return port;
        } finally {
            for (ServerSocket socket : bound) {
                socket.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (DaemonProcess daemon : daemons.values()) {
            daemon.close();
        }
    }
}
