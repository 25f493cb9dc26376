package org.buckytools.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.ErrorBody;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentException.Retry;
import org.buckytools.protocol.client.ScriptedServer.Script;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.StreamedFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchConnectionsTest {
    private static final FetchRequest REQUEST =
            new FetchRequest(true, List.of(new MetricName("a.é"), new MetricName("b")));
    private static final String OK =
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-bucky-files\r\nX-Buckyd-Now: 99\r\n";
    private static final ClientOptions FAST = new ClientOptions(
            Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofMillis(200), Optional.empty(), "buckyd");
    private static final ClientOptions PATIENT = new ClientOptions(
            Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60), Optional.empty(), "buckyd");

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    private FetchConnections connections = new FetchConnections(PATIENT);

    @AfterEach
    void close() {
        connections.close();
    }

    @Test
    void asksForFilesAndReadsThem() throws IOException {
        byte[] stream = stream(1_500_000);
        try (ScriptedServer server = new ScriptedServer(lengthOf(stream))) {
            try (FetchSession session =
                    connections.fetch(server.address(), REQUEST, Optional.of("t.o.k"), 1234, buffer)) {
                assertThat(session.sourceNow()).isEqualTo(OptionalLong.of(99));
                Files files = new Files();
                assertThat(session.next(files)).isTrue();
                assertThat(session.storedBytes()).isEqualTo(1_500_000);
                assertThat(session.next(files)).isTrue();
                assertThat(session.next(files)).isFalse();
                assertThat(files.seen).containsExactly("file 0 of 1500000: 1500000", "NOT_FOUND");
            }
            ScriptedServer.Request request = server.requests().getFirst();
            assertThat(request.head())
                    .isEqualTo("POST /v2/fetch HTTP/1.1\r\nHost: " + server.address()
                            + "\r\nUser-Agent: buckyd\r\nAccept-Encoding: identity\r\nContent-Type: application/json\r\nContent-Length: "
                            + request.body().getBytes(StandardCharsets.UTF_8).length
                            + "\r\nX-Buckyd-Now: 1234\r\nX-Buckyd-Authorization: t.o.k\r\n\r\n");
            assertThat(Json.read(request.body(), "the request", FetchRequest::read))
                    .isEqualTo(REQUEST);
        }
    }

    @Test
    void sendsMoreThanItsBufferHolds() throws IOException {
        List<MetricName> names = new ArrayList<>();
        for (int i = 0; i < FetchRequest.MAX_ITEMS; i++) {
            names.add(new MetricName("x".repeat(200) + "." + i));
        }
        FetchRequest large = new FetchRequest(false, names);
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write("HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        })) {
            assertThatThrownBy(() -> connections.fetch(server.address(), large, Optional.empty(), 1, buffer))
                    .isInstanceOf(AgentRefusedException.class);
            assertThat(Json.read(server.requests().getFirst().body(), "the request", FetchRequest::read))
                    .isEqualTo(large);
        }
    }

    @Test
    void readsChunksOfAllSizesAndTrailersAndInterimAnswers() throws IOException {
        byte[] stream = stream(700_000);
        Random random = new Random(7);
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write("HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(chunked(stream, random));
            return true;
        })) {
            for (int i = 0; i < 20; i++) {
                assertThat(fetch(server.address())).containsExactly("file 0 of 700000: 700000", "NOT_FOUND");
            }
            assertThat(server.connections()).as("one connection for all").isEqualTo(1);
        }
    }

    @Test
    void readsABodyThatEndsWithTheConnection() throws IOException {
        byte[] stream = stream(50_000);
        for (String head : List.of(OK, OK.replace("1.1", "1.0"), OK + "Connection: close\r\n")) {
            try (ScriptedServer server = new ScriptedServer((request, out) -> {
                out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(stream);
                return false;
            })) {
                assertThat(fetch(server.address())).hasSize(2);
                assertThat(fetch(server.address())).hasSize(2);
                assertThat(server.connections()).isEqualTo(2);
            }
        }
    }

    @Test
    void aConnectionThatIsToBeClosedIsNotUsedAgain() throws IOException {
        byte[] stream = stream(50);
        for (String header : List.of("Connection: close\r\n", "Connection: Keep-Alive, Close\r\n")) {
            try (ScriptedServer server = new ScriptedServer((request, out) -> {
                out.write((OK + header + "Content-Length: " + stream.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(stream);
                return true;
            })) {
                fetch(server.address());
                fetch(server.address());
                assertThat(server.connections()).isEqualTo(2);
            }
        }
    }

    @Test
    void aStaleConnectionIsReplacedOnce() throws Exception {
        byte[] stream = stream(50);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger answers = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            if (request.connection() == 0 && answers.getAndIncrement() > 0) {
                closed.countDown();
                return false; // the second request on the first connection: closed without a word
            }
            return lengthOf(stream).answer(request, out);
        })) {
            assertThat(fetch(server.address())).hasSize(2);
            assertThat(fetch(server.address())).hasSize(2);
            assertThat(closed.await(0, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatBreaksAfterAnAnswerBeganIsNotTriedAgain() throws IOException {
        byte[] stream = stream(50);
        AtomicInteger answers = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            if (answers.getAndIncrement() > 0) {
                out.write("HTTP/1.1 2".getBytes(StandardCharsets.US_ASCII));
                return false;
            }
            return lengthOf(stream).answer(request, out);
        })) {
            fetch(server.address());
            assertThatThrownBy(() -> fetch(server.address()))
                    .isInstanceOf(AgentUnreachableException.class)
                    .hasMessageEndingWith("the head of the answer is cut");
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void anAbandonedSessionEndsItsConnection() throws IOException {
        byte[] stream = stream(500);
        try (ScriptedServer server = new ScriptedServer(lengthOf(stream))) {
            connections
                    .fetch(server.address(), REQUEST, Optional.empty(), 1, buffer)
                    .close();
            fetch(server.address());
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aCutAnswerIsUnreachableWhereverItIsCut() throws IOException {
        byte[] stream = stream(30);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write((OK + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        for (int from = 0; from < stream.length; from += 50) {
            int length = Math.min(50, stream.length - from);
            bytes.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            bytes.write(stream, from, length);
            bytes.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        bytes.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertCutsAreFound(bytes.toByteArray());
        bytes.reset();
        bytes.write((OK + "Content-Length: " + stream.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        bytes.write(stream);
        assertCutsAreFound(bytes.toByteArray());
    }

    private void assertCutsAreFound(byte[] whole) throws IOException {
        AtomicInteger length = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write(whole, 0, length.get());
            return length.get() == whole.length;
        })) {
            for (; length.get() < whole.length; length.incrementAndGet()) {
                assertThatThrownBy(() -> fetch(server.address()))
                        .as("%d of %d bytes", length.get(), whole.length)
                        .isInstanceOf(AgentUnreachableException.class);
            }
            assertThat(fetch(server.address())).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 99 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
                OK_HEAD + "Content-Length: 2\r\n\r\nhi",
                OK_HEAD + "Content-Length: 5\r\n\r\nBKY2\u0000",
                OK_HEAD + "Content-Length: 9\r\n\r\nsomething",
                OK_HEAD + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
                OK_HEAD + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
                OK_HEAD + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                OK_HEAD + "Transfer-Encoding: chunked\r\n\r\n4\r\nBKY2x\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/x-bucky-files\r\nX-Buckyd-Now: soon\r\n\r\n",
            })
    void nonsenseIsBabble(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return answer.endsWith("hi");
        })) {
            assertThatThrownBy(() -> fetch(server.address()))
                    .isInstanceOfAny(AgentBabbleException.class, AgentUnreachableException.class)
                    .satisfies(e -> assertThat(e instanceof AgentBabbleException || answer.endsWith("hi"))
                            .isTrue())
                    .hasMessageContaining(server.address().toString());
        }
    }

    private static final String OK_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/x-bucky-files\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nA: ",
                "HTTP/1.1 200 OK\r\nA: b\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n",
                OK_HEAD + "Transfer-Encoding: chunked\r\n\r\n5;",
                OK_HEAD + "Transfer-Encoding: chunked\r\n\r\n0\r\n"
            })
    void anAnswerWithoutEndIsBabble(String beginning) throws IOException {
        String rest =
                beginning.endsWith("\r\n\r\n") ? beginning : beginning.endsWith("\r\n") ? "B: c\r\n" : "x".repeat(1000);
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write(beginning.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100_000; i++) {
                out.write(rest.getBytes(StandardCharsets.US_ASCII));
            }
            return true;
        })) {
            assertThatThrownBy(() -> fetch(server.address())).isInstanceOf(AgentBabbleException.class);
        }
    }

    @Test
    void aRefusalHasTheSourcesWordsAndKeepsTheConnection() throws IOException {
        byte[] body = Json.toBytes(new ErrorBody("not in the ring\u0007", false));
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write(("HTTP/1.1 403 Forbidden\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            return true;
        })) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> fetch(server.address()))
                        .isInstanceOfSatisfying(AgentRefusedException.class, refused -> {
                            assertThat(refused.status()).isEqualTo(403);
                            assertThat(refused.retry()).isEqualTo(Retry.NEVER);
                        })
                        .hasMessage(server.address() + " answered POST /v2/fetch with 403: not in the ring");
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aHugeOrBrokenErrorIsStillARefusal() throws IOException {
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write("HTTP/1.1 503 Busy\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] noise = "y".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 100; i++) {
                out.write(noise);
            }
            return false;
        })) {
            assertThatThrownBy(() -> fetch(server.address()))
                    .isInstanceOfSatisfying(
                            AgentRefusedException.class,
                            refused -> assertThat(refused.retry()).isEqualTo(Retry.ALWAYS))
                    .message()
                    .hasSizeLessThan(1200);
        }
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write("HTTP/1.1 500 no\r\nContent-Length: 10\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII));
            return false;
        })) {
            assertThatThrownBy(() -> fetch(server.address())).isInstanceOf(AgentRefusedException.class);
        }
    }

    @Test
    void aSourceThatSaysNothingIsNotWaitedForForEver() throws IOException {
        connections.close();
        connections = new FetchConnections(FAST);
        CountDownLatch done = new CountDownLatch(1);
        byte[] stream = stream(5000);
        for (String beginning : List.of("", "HTTP/1.1 200", OK + "Content-Length: " + stream.length + "\r\n\r\nBKY2")) {
            try (ScriptedServer server = new ScriptedServer((request, out) -> {
                out.write(beginning.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                done.await();
                return false;
            })) {
                assertThatThrownBy(() -> fetch(server.address()))
                        .isInstanceOf(AgentUnreachableException.class)
                        .hasMessageEndingWith("nothing came in time");
                assertThat(server.requests()).hasSize(1);
            }
        }
        done.countDown();
    }

    @Test
    void aSlowSourceThatGoesOnIsWaitedFor() throws IOException {
        connections.close();
        connections = new FetchConnections(new ClientOptions(
                Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(2), Optional.empty(), "buckyd"));
        byte[] stream = stream(20);
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            out.write((OK + "Content-Length: " + stream.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            for (int from = 0; from < stream.length; from += 10) {
                out.write(stream, from, Math.min(10, stream.length - from));
                out.flush();
                // Real time, since it is the operating system's that is measured: in all longer than the timeout.
                Thread.sleep(Duration.ofMillis(250));
            }
            return true;
        })) {
            assertThat(fetch(server.address())).hasSize(2);
        }
    }

    @Test
    void nobodyThereIsUnreachable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        DaemonAddress nobody = new DaemonAddress("127.0.0.1", port);
        assertThatThrownBy(() -> fetch(nobody))
                .isInstanceOf(AgentUnreachableException.class)
                .hasMessage(nobody + " does not answer POST /v2/fetch: connection refused");
        assertThatThrownBy(() -> fetch(new DaemonAddress("host.invalid", 1)))
                .isInstanceOf(AgentUnreachableException.class)
                .hasMessageEndingWith("its name cannot be resolved");
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        Semaphore received = new Semaphore(0);
        CountDownLatch done = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            received.release();
            done.await();
            return false;
        })) {
            for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Thread waiting = builder.start(() -> {
                    try {
                        connections.fetch(
                                server.address(), REQUEST, Optional.empty(), 1, ByteBuffer.allocateDirect(65536));
                    } catch (IOException e) {
                        thrown.set(e);
                    }
                });
                received.acquire();
                waiting.interrupt();
                waiting.join();
                assertThat(thrown.get()).isInstanceOf(AgentInterruptedException.class);
            }
            done.countDown();
        }
    }

    @Test
    void closingEndsWhatRuns() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((request, out) -> {
            received.countDown();
            done.await();
            return false;
        })) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread waiting = Thread.startVirtualThread(() -> {
                try {
                    fetch(server.address());
                } catch (IOException e) {
                    thrown.set(e);
                }
            });
            received.await();
            connections.close();
            waiting.join();
            assertThat(thrown.get())
                    .isInstanceOf(AgentUnreachableException.class)
                    .hasMessageEndingWith("the connection was closed here");
            assertThatThrownBy(() -> fetch(server.address())).isInstanceOf(AgentUnreachableException.class);
            done.countDown();
        }
    }

    @Test
    void whatTheHandlerThrowsIsPassedOnAsItIs() throws IOException {
        byte[] stream = stream(100);
        try (ScriptedServer server = new ScriptedServer(lengthOf(stream))) {
            for (IOException own : List.of(new IOException("disk full"), new EOFException("mine"))) {
                try (FetchSession session = connections.fetch(server.address(), REQUEST, Optional.empty(), 1, buffer)) {
                    assertThatThrownBy(() -> session.next(new Files() {
                                @Override
                                public void chunk(long offset, ByteBuffer bytes) throws IOException {
                                    throw own;
                                }
                            }))
                            .isSameAs(own);
                }
            }
        }
    }

    @Test
    void aTokenCannotSmuggleAHeader() {
        assertThatThrownBy(() -> connections.fetch(
                        new DaemonAddress("127.0.0.1", 1), REQUEST, Optional.of("a\r\nX: y"), 1, buffer))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private List<String> fetch(DaemonAddress source) throws IOException {
        Files files = new Files();
        try (FetchSession session = connections.fetch(source, REQUEST, Optional.empty(), 1, buffer)) {
            while (session.next(files)) {
                // one metric at a time
            }
        }
        return files.seen;
    }

    private static Script lengthOf(byte[] stream) {
        return (request, out) -> {
            out.write((OK + "Content-Length: " + stream.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(stream);
            return true;
        };
    }

    private static byte[] chunked(byte[] stream, Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write((OK + "Transfer-Encoding: Chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        for (int from = 0; from < stream.length; ) {
            int most = random.nextBoolean() ? 30 : 400_000;
            int length = Math.min(1 + random.nextInt(most), stream.length - from);
            bytes.write((Integer.toHexString(length) + (random.nextBoolean() ? ";x=y" : "") + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            bytes.write(stream, from, length);
            bytes.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            from += length;
        }
        bytes.write("000\r\nTrailer: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    /** One file of {@code size} bytes, all of them sent, and one that is not there. */
    private static byte[] stream(int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FileStreamWriter writer = new FileStreamWriter(
                part -> {
                    byte[] copy = new byte[part.remaining()];
                    part.get(copy);
                    bytes.writeBytes(copy);
                },
                ByteBuffer.allocateDirect(FileStreamFormat.MIN_BUFFER));
        writer.file(new StreamedFile(0, 0644, 1, size, Optional.of("v")));
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) 'z');
        writer.chunk(0, ByteBuffer.wrap(content));
        writer.fileEnd();
        writer.failure(1, new ItemFailure(ItemFailure.Reason.NOT_FOUND, "gone"));
        writer.end();
        return bytes.toByteArray();
    }

    private static class Files implements FileStreamReader.Handler {
        private final List<String> seen = new ArrayList<>();
        private String header = "";
        private long count;

        @Override
        public void file(StreamedFile file) {
            header = "file " + file.index() + " of " + file.size() + ": ";
            count = 0;
        }

        @Override
        public void chunk(long offset, ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                if (bytes.get() != (byte) 'z') {
                    throw new AssertionError("another byte than was sent");
                }
                count++;
            }
        }

        @Override
        public void fileEnd() {
            seen.add(header + count);
        }

        @Override
        public void fileFailed(ItemFailure failure) {
            seen.add("failed");
        }

        @Override
        public void failure(int index, ItemFailure failure) {
            seen.add(failure.reason().name());
        }
    }
}
