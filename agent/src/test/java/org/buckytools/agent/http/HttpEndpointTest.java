package org.buckytools.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.buckytools.agent.http.RawHttp.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private HttpEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        endpoint = HttpEndpoint.open(ANY_PORT, 1 << 20);
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    /** Answers with what the handler was given. */
    private static Response echo(Request request) throws IOException {
        byte[] body = request.body().stream().readAllBytes();
        return Response.text(
                200,
                request.method() + " " + request.target().rawPath() + " "
                        + request.target().rawQuery().orElse("-") + " " + body.length);
    }

    private Answer exchange(String head) throws IOException {
        return RawHttp.exchange(endpoint.address(), head + "Host: x\n");
    }

    @Test
    void handsOnPathsAsTheyWereSent() throws IOException {
        endpoint.start(HttpEndpointTest::echo);
        for (String path : new String[] {
            "/metrics/a;b=c%20d%25x+%C3%A9%3F%23",
            "/metrics/..",
            "/metrics/../x",
            "/metrics/./x",
            "/metrics//x",
            "/metrics/%2e%2e%2f%2Fetc",
            "/metrics/a\\b",
            "/metrics/a;x=..;y",
            "/metrics/$&+,:;=@~"
        }) {
            assertThat(exchange("GET " + path + "?a=b%20c+d;e HTTP/1.1\n").text())
                    .as(path)
                    .isEqualTo("GET " + path + " a=b%20c+d;e 0\n");
        }
    }

    @Test
    void refusesPathsThatAreNoText() throws IOException {
        endpoint.start(HttpEndpointTest::echo);
        for (String path : new String[] {"/metrics/a%00b", "/metrics/%zz", "/metrics/%", "/metrics/a#b"}) {
            assertThat(exchange("GET " + path + " HTTP/1.1\n").status())
                    .as(path)
                    .isEqualTo(400);
        }
    }

    @Test
    void answersTwoRequestsThatWereSentInOne() throws IOException {
        endpoint.start(HttpEndpointTest::echo);
        try (RawHttp connection = new RawHttp(endpoint.address())) {
            connection.send(
                    "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.read().text()).isEqualTo("POST /1 - 3\n");
            assertThat(connection.read().text()).isEqualTo("GET /2 - 0\n");
        }
    }

    @Test
    void readsAChunkedBody() throws IOException {
        endpoint.start(HttpEndpointTest::echo);
        try (RawHttp connection = new RawHttp(endpoint.address())) {
            connection.send(
                    "PUT /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(connection.read().text()).isEqualTo("PUT /1 - 5\n");
        }
    }

    @Test
    void asksForABodyThatWaitsToBeAskedFor() throws IOException {
        endpoint.start(HttpEndpointTest::echo);
        try (RawHttp connection = new RawHttp(endpoint.address())) {
            connection.send("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(connection.read(true).status()).isEqualTo(100);
            connection.send("abc");
            assertThat(connection.read().text()).isEqualTo("PUT /1 - 3\n");
        }
    }

    @Test
    void saysInTextWhatIsWrongWithSomethingThatIsNotHttp() throws IOException {
        endpoint.start(HttpEndpointTest::echo);
        assertThat(exchange("BLA\n").status()).isEqualTo(400);
        assertThat(exchange("GET / HTTP/1.1\nContent-Length: -5\n").status()).isEqualTo(400);
        assertThat(exchange("GET / HTTP/1.1\nContent-Length: x\n").status()).isEqualTo(400);
        Answer answer = RawHttp.exchange(endpoint.address(), "GET / HTTP/1.1\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).startsWith("the request is not HTTP that this daemon understands: ");
        assertThat(answer.headers()).doesNotContainKey("server");
    }

    @Test
    void refusesHugeHeaders() throws IOException {
        endpoint.start(HttpEndpointTest::echo);
        assertThat(exchange("GET / HTTP/1.1\nX-Long: " + "x".repeat(100_000) + "\n")
                        .status())
                .isEqualTo(431);
        assertThat(exchange("GET /" + "x".repeat(100_000) + " HTTP/1.1\n").status())
                .isEqualTo(414);
    }

    @Test
    void answersAFailureOfItsOwnWith500AndSaysNothingOfItsInside() throws IOException {
        endpoint.start(request -> {
            throw new IllegalStateException("defect");
        });
        Answer answer = exchange("GET /x HTTP/1.1\n");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text())
                .isEqualTo("a defect of this daemon: java.lang.IllegalStateException: defect; its log says more\n");
    }

    @Test
    void cutsOffAnAnswerThatFailsHalfWay() throws IOException {
        endpoint.start(request -> Response.stream("text/plain", OptionalLong.empty(), sink -> {
            sink.write("half".getBytes(StandardCharsets.UTF_8));
            sink.flush();
            throw new IOException("the disk is gone");
        }));
        Assertions.assertThatThrownBy(() -> exchange("GET /x HTTP/1.1\n")).isInstanceOf(IOException.class);
    }

    @Test
    void sendsLargeAndSmallPiecesInOrder() throws IOException {
        endpoint.start(request -> Response.stream("text/plain", OptionalLong.empty(), sink -> {
            for (int i = 0; i < 20; i++) {
                sink.write(bytes(i, 1 + i * 7_919 % 50_000));
                sink.write(bytes(i + 100, 200_000 / (i + 1)));
            }
        }));
        byte[] body = exchange("GET /x HTTP/1.1\n").body();
        int at = 0;
        for (int i = 0; i < 20; i++) {
            for (int length = 1 + i * 7_919 % 50_000; length > 0; length--) {
                assertThat(body[at++]).isEqualTo((byte) i);
            }
            for (int length = 200_000 / (i + 1); length > 0; length--) {
                assertThat(body[at++]).isEqualTo((byte) (i + 100));
            }
        }
        assertThat(body).hasSize(at);
    }

    private static ByteBuffer bytes(int value, int length) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(length);
        while (bytes.hasRemaining()) {
            bytes.put((byte) value);
        }
        return bytes.flip().asReadOnlyBuffer();
    }

    @Test
    void tellsTheCallerWhatIsWrongAlthoughItIsStillSending() throws IOException {
        endpoint.start(request -> {
            throw new BadRequestException("no");
        });
        Answer answer = RawHttp.exchange(
                endpoint.address(), "PUT /x HTTP/1.1\nHost: x\nContent-Length: 4000000\n", new byte[4_000_000]);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("no\n");
    }

    @Test
    void failsAnUploadThatBreaksOff() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        endpoint.start(request -> {
            try {
                return echo(request);
            } catch (IOException e) {
                seen.complete(e);
                throw e;
            }
        });
        try (RawHttp connection = new RawHttp(endpoint.address())) {
            connection.send("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\nabc");
        }
        assertThat(seen.get(10, TimeUnit.SECONDS))
                .isInstanceOf(BrokenUploadException.class)
                .hasMessageStartingWith("the request's body broke off after 3 bytes: ");
    }

    @Test
    void refusesAnAddressThatIsTaken() {
        Assertions.assertThatThrownBy(() -> HttpEndpoint.open(endpoint.address(), 1 << 20))
                .isInstanceOf(BindException.class);
    }

    @Test
    void letsASlowUploadEndBeforeItStops() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        endpoint.start(request -> {
            begun.countDown();
            return echo(request);
        });
        try (RawHttp connection = new RawHttp(endpoint.address())) {
            connection.send("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc");
            begun.await();
            CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> {
                try {
                    return endpoint.stop(Duration.ofSeconds(20));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitRefusal();
            assertThat(stopped).isNotDone();
            connection.send("def");
            Answer answer = connection.read();
            assertThat(answer.text()).isEqualTo("PUT /1 - 6\n");
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void awaitRefusal() {
        while (true) {
            try (RawHttp _ = new RawHttp(endpoint.address())) {
                Thread.onSpinWait();
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void cutsOffWhatDoesNotEndInTime() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        endpoint.start(request -> {
            begun.countDown();
            return echo(request);
        });
        try (RawHttp connection = new RawHttp(endpoint.address())) {
            connection.send("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc");
            begun.await();
            assertThat(endpoint.stop(Duration.ofMillis(50))).isFalse();
            assertThat(statusIfAnswered(connection)).isIn(503, -1);
        }
    }

    private static int statusIfAnswered(RawHttp connection) {
        try {
            return connection.read().status();
        } catch (IOException e) {
            return -1;
        }
    }
}
