package org.buckytools.hashring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Asks a running carbon-c-relay, with listeners for its members: its {@code -t} does not cut tags off. */
@Tag("peer")
class CarbonCRelayTagsIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MEMBERS = 4;

    @TempDir
    Path folder;

    private record Arrival(Member member, String name) {}

    @BeforeAll
    static void needsTheRelay() throws InterruptedException {
        Peers.require(Peers.runs("carbon-c-relay", "-v"), "carbon-c-relay");
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON", "FNV1A", "JUMP_FNV1A"})
    void sendsTaggedSeriesWhereTheRingHasThem(RingType type) throws IOException, InterruptedException {
        List<String> names = RandomRings.names(2000, true).stream()
                .filter(name -> name.chars().allMatch(c -> c < 0x80))
                .toList();
        List<ServerSocket> sockets = new ArrayList<>();
        Process relay = null;
        try {
            BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                ServerSocket socket = new ServerSocket(0, 50, LOOPBACK);
                sockets.add(socket);
                Member member = new Member(
                        LOOPBACK.getHostAddress(), socket.getLocalPort(), Optional.of("abcd".substring(i, i + 1)));
                members.add(member);
                Thread.startVirtualThread(() -> receive(socket, member, arrivals));
            }
            int port = freePort();
            relay = start(type, members, port);
            send(names, port, relay);

            Map<String, Member> relays = new HashMap<>();
            while (relays.size() < names.size()) {
                Arrival arrival = arrivals.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (arrival == null) {
                    fail("only " + relays.size() + " of " + names.size() + " metrics arrived");
                }
                relays.put(arrival.name(), arrival.member());
            }
            HashRing ring = HashRings.of(type, members);
            Map<String, Member> ours = names.stream()
                    .collect(Collectors.toMap(
                            name -> name, name -> ring.owners(name).getFirst()));
            assertThat(ours).isEqualTo(relays);
        } finally {
            if (relay != null) {
                relay.destroyForcibly().waitFor();
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void receive(ServerSocket socket, Member member, BlockingQueue<Arrival> arrivals) {
        try {
            while (true) {
                Socket connection = socket.accept();
                Thread.startVirtualThread(() -> {
                    try (BufferedReader in =
                            new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            arrivals.add(new Arrival(member, line.substring(0, line.indexOf(' '))));
                        }
                    } catch (IOException e) {
                        // The relay is killed at the end of the test; what is missing before, the test notices.
                    }
                });
            }
        } catch (IOException e) {
            // The socket is closed at the end of the test.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private Process start(RingType type, List<Member> members, int port) throws IOException {
        String text = "listen type linemode %s:%d proto tcp;\ncluster c %s_ch %s;\nmatch * send to c stop;\n"
                .formatted(
                        LOOPBACK.getHostAddress(),
                        port,
                        type,
                        members.stream().map(Member::toString).collect(Collectors.joining(" ")));
        Path configuration = Files.writeString(folder.resolve("relay.conf"), text);
        return new ProcessBuilder("carbon-c-relay", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("relay.log").toFile())
                .start();
    }

    private static void send(List<String> names, int port, Process relay) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Socket socket = new Socket(LOOPBACK, port)) {
                String lines = names.stream().map(name -> name + " 1 1\n").collect(Collectors.joining());
                socket.getOutputStream().write(lines.getBytes(UTF_8));
                return;
            } catch (IOException e) {
                // Not listening yet.
                if (!relay.isAlive() || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
