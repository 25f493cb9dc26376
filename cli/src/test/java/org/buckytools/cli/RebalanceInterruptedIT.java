package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.buckytools.agent.Agent;
import org.buckytools.agent.AgentConfig;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of bucky that gets a signal in the middle of a rebalance. */
@Timeout(180)
class RebalanceInterruptedIT {
    private static final int METRICS = 4000;
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(60, 100)), Aggregation.AVERAGE, 0.5f);

    private static final HashRing RING =
            HashRings.of(RingType.CARBON, List.of(Member.parse("127.0.1.1"), Member.parse("127.0.1.2")));

    @TempDir
    private Path folder;

    @Test
    void finishesWhatIsInFlightAndSaysHowToGoOn() throws Exception {
        List<Agent> agents = new ArrayList<>();
        try {
            int port = start(agents);
            Process bucky;
            try (Descriptor held = Descriptor.open(fileInTheMiddle())) {
                held.lock(true, Duration.ZERO);
                bucky = bucky(port);
                waitForFirstMetric();
                signal(bucky, "INT");
                // As long as the destination would begin with more of what it was asked for.
                TimeUnit.MILLISECONDS.sleep(PullRequest.BEGINNING.toMillis());
            }

            assertThat(bucky.waitFor(60, TimeUnit.SECONDS)).isTrue();

            String said = Files.readString(folder.resolve("err"));
            assertThat(bucky.exitValue()).as(said).isEqualTo(130);
            assertThat(said)
                    .contains("stopping: what is in flight is finished first; interrupt once more to end at once")
                    .containsPattern("bucky: stopped with [0-9,]+ metrics of [0-9,]+ not moved\n"
                            + "  Run the same command again to go on;");
            assertThat(metrics("127.0.1.1") + metrics("127.0.1.2")).isEqualTo(METRICS);

            Process again = bucky(port);
            assertThat(again.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(again.exitValue())
                    .as(Files.readString(folder.resolve("err")))
                    .isZero();
            assertThat(metrics("127.0.1.1") + metrics("127.0.1.2")).isEqualTo(METRICS);
        } finally {
            agents.forEach(Agent::close);
        }
    }

    private int start(List<Agent> agents) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.1.1"))) {
            port = free.getLocalPort();
        }
        Path template = folder.resolve("template");
        WhisperFile.create(template, HEADER, WhisperFile.Allocation.DENSE, WhisperFile.Existing.REFUSE);
        Path source = Files.createDirectories(folder.resolve("127.0.1.1").resolve("m"));
        for (int i = 0; i < METRICS; i++) {
            Files.copy(template, source.resolve("n" + i + ".wsp"));
        }
        for (String host : List.of("127.0.1.1", "127.0.1.2")) {
            Path store = Files.createDirectories(folder.resolve(host));
            agents.add(Agent.start(
                    AgentConfig.of(new InetSocketAddress(host, port), host, RING, store), InstantSource.system()));
        }
        return port;
    }

    /** One that is moved when others were and before others are. */
    private Path fileInTheMiddle() {
        List<String> misplaced = IntStream.range(0, METRICS)
                .mapToObj(i -> "n" + i)
                .filter(name ->
                        RING.stores().get(RING.lookup().firstStore("m." + name)).equals("127.0.1.2"))
                .sorted()
                .toList();
        return folder.resolve("127.0.1.1").resolve("m").resolve(misplaced.get(misplaced.size() / 2) + ".wsp");
    }

    private Process bucky(int port) throws IOException {
        return new ProcessBuilder(
                        // Where the tests run in the background of a shell, signals of the keyboard are ignored.
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BuckyMain.class.getName(),
                        "rebalance",
                        "-h",
                        "127.0.1.1:" + port,
                        "-w",
                        "1",
                        "--delete")
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private void waitForFirstMetric() throws IOException, InterruptedException {
        while (metrics("127.0.1.2") == 0) {
            // There is no event to wait for in another process's work.
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(new String(kill.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(kill.waitFor()).isZero();
    }

    private long metrics(String host) throws IOException {
        Path store = folder.resolve(host).resolve("m");
        if (!Files.exists(store)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(path -> path.toString().endsWith(".wsp")).count();
        }
    }
}
