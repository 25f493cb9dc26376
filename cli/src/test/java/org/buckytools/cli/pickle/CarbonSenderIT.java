package org.buckytools.cli.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.buckytools.cli.carbon.Endpoint;
import org.buckytools.cli.testing.Peers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python's carbon-relay sends its pickles through us. */
@Tag("peer")
@Tag("slow")
class CarbonSenderIT {
    private static final String CARBON_RELAY = "/usr/bin/carbon-relay";

    @TempDir
    private Path folder;

    @Test
    void handsOnWhatCarbonSends() throws Exception {
        Peers.require(Files.isExecutable(Path.of(CARBON_RELAY)), "carbon-relay");
        try (LineSink sink = LineSink.started()) {
            PickleRelay relay = PickleRelay.start(
                    settings(sink.port()),
                    new RelayLog(System.err::println, InstantSource.system(), false),
                    InstantSource.system());
            int port = LineSink.freePort();
            Process carbon = startCarbon(port, relay.port());
            try {
                sendLines(port);
                sink.await(() -> sink.distinctLines() >= 2000);
                List<String> ours = sink.lines().stream()
                        .filter(line -> line.startsWith("test."))
                        .toList();

                // Carbon makes floats of all numbers.
                assertThat(ours)
                        .isEqualTo(IntStream.range(0, 2000)
                                .mapToObj(i -> "test.metric" + i + " " + i + ".25 " + (1_500_000_000 + i))
                                .toList());
                assertThat(relay.counters().refusedPickles.sum()).isZero();
                assertThat(relay.counters().refusedMetrics.sum()).isZero();
            } finally {
                carbon.destroy();
                carbon.waitFor();
                relay.stop();
            }
        }
    }

    private static RelaySettings settings(int sink) {
        return new RelaySettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Endpoint("127.0.0.1", sink),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                1_000_000,
                64,
                10_000_000,
                1_000_000,
                10_000_000,
                100_000_000,
                Duration.ofSeconds(10),
                "own",
                Duration.ZERO);
    }

    private Process startCarbon(int port, int destination) throws IOException {
        Path config = Files.writeString(folder.resolve("carbon.conf"), """
                [relay]
                LINE_RECEIVER_INTERFACE = 127.0.0.1
                LINE_RECEIVER_PORT = %d
                PICKLE_RECEIVER_PORT = 0
                RELAY_METHOD = consistent-hashing
                DESTINATIONS = 127.0.0.1:%d:a
                DESTINATION_PROTOCOL = pickle
                MAX_QUEUE_SIZE = 10000
                CARBON_METRIC_INTERVAL = 0
                """.formatted(port, destination));
        Files.createFile(folder.resolve("storage-schemas.conf"));
        return new ProcessBuilder(
                        CARBON_RELAY,
                        "--config=" + config,
                        "--logdir=" + folder,
                        "--pidfile=" + folder.resolve("pid"),
                        "--nodaemon",
                        "start")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static void sendLines(int port) throws IOException, InterruptedException {
        String lines = IntStream.range(0, 2000)
                .mapToObj(i -> "test.metric" + i + " " + i + ".25 " + (1_500_000_000 + i) + "\n")
                .collect(Collectors.joining());
        for (int attempt = 0; ; attempt++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
                return;
            } catch (ConnectException e) {
                // It takes a while to start.
                if (attempt == 300) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }
}
