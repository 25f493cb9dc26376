package org.buckytools.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.transfer.ItemFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GraphiteReporterTest extends EngineTestBase {
    private final Queue<String> warnings = new ConcurrentLinkedQueue<>();

    private GraphiteReporter reporter(int port, Tally tally) {
        GraphiteSettings settings = new GraphiteSettings(
                new DaemonAddress("127.0.0.1", port), "carbon.buckytools", false, Duration.ofSeconds(60));
        return new GraphiteReporter(settings, tally, Optional.empty(), ticker, cluster.clock(), warnings::add);
    }

    @Test
    void reportsUnderTheNamesOfTheGoFork() throws Exception {
        store("a", 3);
        cluster.agent("b").failing(name(1), ItemFailure.Reason.SOURCE_CORRUPT, "bad");
        Plan.Group group = group("a", "b");
        Tally tally = new Tally(new Plan(List.of(group)), false);
        move(group);
        recorder.events.forEach(tally::on);
        try (ServerSocket graphite = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> received = receive(graphite);

            reporter(graphite.getLocalPort(), tally).close();

            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo("""
                    carbon.buckytools.main.total_jobs.last 3 T
                    carbon.buckytools.main.finished_jobs.last 3 T
                    carbon.buckytools.main.not_found.last 0 T
                    carbon.buckytools.main.copy_error.last 1 T
                    carbon.buckytools.main.delete_error.last 0 T
                    carbon.buckytools.node.a.finished_jobs.last 2 T
                    carbon.buckytools.node.a.copy_error.last 1 T
                    carbon.buckytools.node.a.delete_error.last 0 T
                    carbon.buckytools.node.b.finished_jobs.last 2 T
                    carbon.buckytools.node.b.copy_error.last 0 T
                    carbon.buckytools.node.b.delete_error.last 0 T
                    """.replace("T", Long.toString(cluster.now())));
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void reportsAtEachInterval() throws Exception {
        store("a", 1);
        Tally tally = new Tally(new Plan(List.of(group("a", "b"))), false);
        try (ServerSocket graphite = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            GraphiteReporter reporter = reporter(graphite.getLocalPort(), tally);
            CompletableFuture<String> received = receive(graphite);
            reporter.pause();
            ticker.pass(59_000_000_000L);
            reporter.pause();
            assertThat(received).isNotDone();

            ticker.pass(1_000_000_000L);
            reporter.pause();

            assertThat(received.get(30, TimeUnit.SECONDS)).contains("total_jobs.last 1 ");
            CompletableFuture<String> last = receive(graphite);
            reporter.close();
            assertThat(last.get(30, TimeUnit.SECONDS)).contains("total_jobs.last 1 ");
        }
    }

    @Test
    void warnsWhenNobodyListens() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }

        reporter(port, new Tally(new Plan(List.of()), false)).close();

        assertThat(warnings)
                .singleElement()
                .satisfies(
                        warning -> assertThat(warning).startsWith("no report to Graphite at 127.0.0.1:" + port + ": "));
    }

    private static CompletableFuture<String> receive(ServerSocket graphite) {
        CompletableFuture<String> received = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket socket = graphite.accept()) {
                received.complete(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                received.completeExceptionally(e);
            }
        });
        return received;
    }
}
