package org.buckytools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.buckytools.agent.http.RawHttp.Answer;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.json.JsonLinesReader;
import org.buckytools.protocol.transfer.PullResult;
import org.buckytools.protocol.transfer.PullResult.Outcome;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperFile.Allocation;
import org.buckytools.whisper.WhisperFile.Existing;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real daemons, over the loopback and over a link that is slow. */
class CompressedPullTest {
    private static final int FILES = 28;
    private static final int STREAMS_AT_MOST = 50;

    @TempDir
    private Path directory;

    private byte[] content;

    @BeforeEach
    void makeContent() throws IOException {
        Path file = directory.resolve("made.wsp");
        WhisperFile.create(
                file,
                WhisperHeader.create(Retention.parseList("60s:60d"), Aggregation.AVERAGE, 0.5f),
                Allocation.DENSE,
                Existing.REPLACE);
        ByteBuffer points = ByteBuffer.wrap(Files.readAllBytes(file)).position(28);
        Random random = new Random(1);
        for (int time = 1_700_000_040; points.hasRemaining(); time += 60) {
            points.putInt(time).putDouble(random.nextInt(1000));
        }
        content = points.array();
    }

    @Test
    void aSlowLinkCarriesFewerBytesThanTheFilesHave() throws Exception {
        try (RunningAgent source = RunningAgent.start(directory.resolve("source"));
                SlowLink link = new SlowLink(source.address(), 10_000_000);
                RunningAgent puller = RunningAgent.start(
                        directory.resolve("puller"), config -> config.withAllowedSources(List.of(link.address())))) {
            fill(source);
            List<PullResult> results = pull(puller, link.address(), "m", true, FILES);
            assertThat(results)
                    .hasSize(FILES)
                    .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.CREATED));
            for (int i = 0; i < FILES; i++) {
                assertThat(puller.content("m" + i)).isEqualTo(content);
            }
            // The first megabytes go as they are, until the buffers on the way are full and the link's speed shows.
            assertThat(results.getLast().wireBytes()).isLessThan(content.length / 2);
            long wire = results.stream().mapToLong(PullResult::wireBytes).sum();
            assertThat(wire).isLessThan((long) content.length * FILES * 3 / 4);

            assertThat(pull(puller, link.address(), "plain", false, 2))
                    .allSatisfy(result -> assertThat(result.wireBytes()).isEqualTo(content.length));
        }
    }

    @Test
    void theLoopbackCarriesThemAsTheyAre() throws Exception {
        try (RunningAgent source = RunningAgent.start(directory.resolve("source"))) {
            fill(source);
            String names =
                    IntStream.range(0, FILES).mapToObj(i -> "\"m" + i + "\"").collect(Collectors.joining(","));
            // A reader that has to wait for a busy machine is slower than many a link: not every stream needs to go
            // plain, but the daemon has to find out that it gains nothing by compressing.
            long wire = 0;
            for (int stream = 0; wire < (long) content.length * FILES; stream++) {
                assertThat(stream)
                        .as("streams that were compressed over the loopback")
                        .isLessThan(STREAMS_AT_MOST);
                Answer answer = source.post("/v2/fetch", "{\"encoded\":true,\"metrics\":[" + names + "]}");
                assertThat(answer.status()).isEqualTo(200);
                wire = answer.body().length;
            }
        }
    }

    private void fill(RunningAgent source) throws IOException {
        for (int i = 0; i < FILES; i++) {
            source.put("m" + i, content);
            source.age("m" + i);
        }
    }

    private static List<PullResult> pull(
            RunningAgent puller, DaemonAddress source, String prefix, boolean encoded, int count) throws IOException {
        String items = IntStream.range(0, count)
                .mapToObj(i -> "[\"m" + i + "\",\"" + prefix + i + "\"]")
                .collect(Collectors.joining(","));
        Answer answer = puller.post(
                "/v2/pull", "{\"source\":\"" + source + "\",\"encoded\":" + encoded + ",\"items\":[" + items + "]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<PullResult> results = new ArrayList<>();
        try (JsonLinesReader<PullResult> lines =
                new JsonLinesReader<>(new ByteArrayInputStream(answer.body()), "the answer", PullResult::read)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                results.add(line.get());
            }
        }
        results.sort(java.util.Comparator.comparingInt(PullResult::index));
        return results;
    }

    /** Passes bytes on to a daemon, and its answers back at a given speed, with little buffered in between. */
    private static final class SlowLink implements AutoCloseable {
        private static final int PIECE = 16 * 1024;

        private final ServerSocket server = new ServerSocket();
        private final InetSocketAddress daemon;
        private final long bytesPerSecond;
        private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();

        SlowLink(InetSocketAddress daemon, long bytesPerSecond) throws IOException {
            this.daemon = daemon;
            this.bytesPerSecond = bytesPerSecond;
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofVirtual().start(this::accept);
        }

        DaemonAddress address() {
            return new DaemonAddress("127.0.0.1", server.getLocalPort());
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = server.accept();
                    Socket ahead = new Socket();
                    sockets.add(client);
                    sockets.add(ahead);
                    ahead.setReceiveBufferSize(PIECE);
                    ahead.connect(daemon);
                    Thread.ofVirtual().start(() -> pass(client, ahead, Long.MAX_VALUE));
                    Thread.ofVirtual().start(() -> pass(ahead, client, bytesPerSecond));
                }
            } catch (SocketException e) {
                assertThat(server.isClosed()).isTrue();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static void pass(Socket from, Socket to, long bytesPerSecond) {
            byte[] piece = new byte[PIECE];
            long due = System.nanoTime();
            try (from;
                    to) {
                for (int length; (length = from.getInputStream().read(piece)) >= 0; ) {
                    due = Math.max(due, System.nanoTime() - 50_000_000) + (long) (length * 1e9 / bytesPerSecond);
                    for (long left; (left = due - System.nanoTime()) > 0; ) {
                        LockSupport.parkNanos(left);
                    }
                    to.getOutputStream().write(piece, 0, length);
                }
            } catch (IOException e) {
                // One end has closed; both are closed now.
                assertThat(e).isNotNull();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
