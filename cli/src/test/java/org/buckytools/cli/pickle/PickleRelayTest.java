package org.buckytools.cli.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.pickle.PickleBytes.bytes;
import static org.buckytools.cli.pickle.PickleBytes.message;
import static org.buckytools.cli.pickle.PickleBytes.points;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.buckytools.cli.carbon.Endpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Senders on one side, a relay that misbehaves on the other. */
class PickleRelayTest {
    private static final int RESEND_BYTES = 1_000_000;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private PickleRelay relay;
    private LineSink sink;

    private static RelaySettings settings(int port) {
        return new RelaySettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Endpoint("127.0.0.1", port),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                100_000,
                4,
                300_000,
                RESEND_BYTES,
                1_000_000,
                20_000_000,
                Duration.ofSeconds(10),
                "own",
                Duration.ZERO);
    }

    private void start(RelaySettings settings) throws IOException {
        InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(77));
        relay = PickleRelay.start(settings, new RelayLog(log::add, InstantSource.system(), false), clock);
    }

    private void start() throws IOException {
        start(settings(sink.port()));
    }

    @AfterEach
    void stop() throws Exception {
        sink.goOn();
        relay.stop();
        sink.close();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), relay.port());
    }

    /** {@code count} messages of ten points each, numbered on from {@code from}. */
    private void send(int from, int count) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < count; i++) {
                out.write(message(points("metric.", (from + i) * 10, 10)));
            }
        }
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "metric." + i + " " + i + " " + i)
                .toList();
    }

    @Test
    void handsOnPointsInOrder() throws Exception {
        sink = LineSink.started();
        start();
        send(0, 1000);
        sink.awaitLines(10_000);

        assertThat(sink.lines()).isEqualTo(lines(0, 10_000));
        assertThat(relay.stop()).isZero();
        assertThat(relay.counters().seenPickles.sum()).isEqualTo(1000);
        assertThat(relay.counters().seenMetrics.sum()).isEqualTo(10_000);
        assertThat(relay.counters().sentMetrics.sum()).isEqualTo(10_000);
        assertThat(relay.counters().resentMetrics.sum()).isZero();
    }

    @Test
    void takesManySendersAtOnce() throws Exception {
        sink = LineSink.started();
        start();
        List<CompletableFuture<Void>> senders = IntStream.range(0, 50)
                .mapToObj(i -> CompletableFuture.runAsync(() -> sendUnchecked(i * 20, 20)))
                .toList();
        for (CompletableFuture<Void> sender : senders) {
            sender.get(60, TimeUnit.SECONDS);
        }
        sink.awaitLines(10_000);

        assertThat(sink.lines()).containsExactlyInAnyOrderElementsOf(lines(0, 10_000));
    }

    private void sendUnchecked(int from, int count) {
        try {
            send(from, count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void waitsForARelayThatIsNotThereYet() throws Exception {
        sink = LineSink.absent();
        start();
        send(0, 3);
        awaitLog("cannot connect to 127.0.0.1:" + sink.port() + ": Connection refused");
        sink.start();
        sink.awaitLines(30);

        assertThat(sink.lines()).isEqualTo(lines(0, 30));
    }

    @Test
    void makesSendersWaitForASlowRelayAndLosesNothing() throws Exception {
        sink = LineSink.started();
        start();
        sink.stall();
        try (SocketChannel sender =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port()))) {
            Blocked blocked = sendUntilItBlocks(sender);
            int messages = blocked.messages();
            sink.goOn();
            sink.awaitLines(messages * 1000);
            blocked.rest().get(60, TimeUnit.SECONDS);

            // What the systems on the way hold is theirs; what the relay holds is one message, the queue, one
            // batch.
            assertThat(sink.lines()).isEqualTo(lines(0, messages * 1000));
            assertThat(relay.counters().resentMetrics.sum()).isZero();
        }
    }

    /**
     * A sender that could not go on.
     *
     * @param messages it has begun
     * @param rest ends when the last one is sent
     */
    private record Blocked(int messages, CompletableFuture<Void> rest) {}

    /** Ends when for half a second not a byte was taken; then sends the rest of the message in the background. */
    private static Blocked sendUntilItBlocks(SocketChannel sender) throws Exception {
        sender.configureBlocking(false);
        int messages = 0;
        long blockedSince = Long.MAX_VALUE;
        ByteBuffer message = ByteBuffer.allocate(0);
        while (blockedSince == Long.MAX_VALUE || System.nanoTime() - blockedSince < 500_000_000L) {
            if (!message.hasRemaining()) {
                message = ByteBuffer.wrap(message(points("metric.", messages++ * 1000, 1000)));
                assertThat(messages)
                        .as("messages taken while the relay takes none")
                        .isLessThan(3000);
            }
            if (sender.write(message) > 0) {
                blockedSince = Long.MAX_VALUE;
            } else {
                blockedSince = Math.min(blockedSince, System.nanoTime());
                Thread.sleep(1);
            }
        }
        ByteBuffer rest = message;
        sender.configureBlocking(true);
        return new Blocked(messages, CompletableFuture.runAsync(() -> {
            try {
                sender.write(rest);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    @Test
    void losesNothingWhenTheRelayDiesWithUnreadLines() throws Exception {
        sink = LineSink.started();
        start();
        send(0, 100);
        sink.awaitLines(1000);
        sink.stall();
        send(100, 100);
        // They are written, as far as the relay can know.
        while (relay.counters().sentMetrics.sum() < 2000) {
            Thread.onSpinWait();
        }
        sink.die();
        sink.goOn();
        sink.start();
        sink.await(() -> sink.distinctLines() == 2000);

        assertThat(sink.lines()).containsAll(lines(0, 2000));
        assertThat(relay.counters().resentMetrics.sum()).isLessThanOrEqualTo(2000);
        awaitLog("lines are written again");
    }

    @Test
    @Tag("slow")
    void losesNothingWhileTheRelayDiesAgainAndAgain() throws Exception {
        sink = LineSink.started();
        start();
        sink.dieAfter(7777);
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> sendUnchecked(0, 20_000));
        for (int deaths = 1; deaths <= 5; deaths++) {
            sink.await(() -> !sink.isListening());
            sink.dieAfter(10_007 * deaths);
            sink.start();
        }
        sink.dieAfter(Integer.MAX_VALUE);
        sender.get(60, TimeUnit.SECONDS);
        sink.await(() -> sink.distinctLines() == 200_000);

        assertThat(sink.connectionsSoFar()).isGreaterThanOrEqualTo(5);
        // Each time no more than what is kept for that, and the batch that was on its way.
        long repeated = sink.lines().size() - 200_000L;
        long lineBytes = "metric.100000 100000 100000\n".length();
        assertThat(repeated * lineBytes).isLessThan(sink.connectionsSoFar() * (RESEND_BYTES + 200_000L) * 3 / 2);
        // Counted after they were written, so perhaps after the sink has them.
        sink.await(() -> relay.counters().sentMetrics.sum() >= 200_000);
        assertThat(relay.counters().sentMetrics.sum()).isEqualTo(200_000);
    }

    @Test
    void repeatsNothingWhenAnIdleRelayRestartsInOrder() throws Exception {
        sink = LineSink.started();
        start();
        send(0, 100);
        sink.awaitLines(1000);
        // Longer than a line can be on its way.
        Thread.sleep(2100);
        sink.end();
        sink.start();
        sink.await(() -> sink.connectionsSoFar() == 2);
        send(100, 100);
        sink.awaitLines(2000);

        assertThat(relay.stop()).isZero();
        assertThat(sink.lines()).isEqualTo(lines(0, 2000));
    }

    @Test
    void connectsAnewWhenTheRelayTakesNothingForTooLong() throws Exception {
        sink = LineSink.started();
        start(with(settings(sink.port()), LONG, SHORT, LONG, Duration.ZERO));
        sink.stall();
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> sendUnchecked(0, 20_000));
        sink.await(() -> sink.connectionsSoFar() == 2);
        sink.goOn();
        sink.await(() -> sink.distinctLines() == 200_000);
        sender.get(60, TimeUnit.SECONDS);

        awaitLog("nothing was taken for 0 seconds");
    }

    /** The same with other times. */
    private static RelaySettings with(
            RelaySettings s, Duration idleTimeout, Duration sendTimeout, Duration drain, Duration report) {
        return new RelaySettings(
                s.bind(),
                s.relay(),
                idleTimeout,
                sendTimeout,
                s.maxPickleBytes(),
                s.queueBatches(),
                s.queueBytes(),
                s.resendBytes(),
                s.bodyBytes(),
                s.treeBytes(),
                drain,
                s.prefix(),
                report);
    }

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    private void awaitLog(String expression) throws InterruptedException {
        Pattern pattern = Pattern.compile(".*" + expression + ".*", Pattern.DOTALL);
        long end = System.nanoTime() + LONG.toNanos();
        while (!pattern.matcher(log.toString()).matches()) {
            assertThat(System.nanoTime()).as(log.toString()).isLessThan(end);
            Thread.sleep(5);
        }
    }

    /** Whether the relay closes this connection after these bytes. */
    private void assertCloses(byte[] bytes, String reason) throws IOException, InterruptedException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes);
            int end;
            try {
                end = socket.getInputStream().read();
            } catch (IOException e) {
                // With bytes unread this is how systems close.
                end = -1;
            }
            assertThat(end).isEqualTo(-1);
        }
        awaitLog(reason);
    }

    @Test
    void closesTheConnectionOverWhatItRefusesAndKeepsWhatCameBefore() throws Exception {
        sink = LineSink.started();
        start();
        byte[] attack = message(bytes("cos\nsystem\n(S'true'\ntR."));
        byte[] good = message(points("metric.", 0, 10));
        byte[] both = ByteBuffer.allocate(good.length + attack.length)
                .put(good)
                .put(attack)
                .array();
        assertCloses(both, "instruction 0x63, which names a class or function, is refused, at byte 0; closed");
        assertCloses(message(new byte[0]), "the pickle ends inside an instruction, at byte 0; closed");
        assertCloses(
                bytes("\u0000\u0001\u0086\u00a1"), "a message of 100001 bytes, with 100000 allowed by -x, .*closed");
        assertCloses(bytes("name 1 2\n"), "this looks like lines, which the relay itself takes");
        sink.awaitLines(10);

        assertThat(sink.lines()).isEqualTo(lines(0, 10));
        assertThat(relay.counters().refusedPickles.sum()).isEqualTo(4);
    }

    @Test
    void refusesSinglePointsAndSaysSo() throws Exception {
        sink = LineSink.started();
        start();
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(message(
                            bytes("](U\u0001aK\u0001K\u0002\u0086\u0086U\nx 1 2\nevilK\u0001K\u0002\u0086\u0086e.")));
            socket.getOutputStream().write(message(points("metric.", 0, 1)));
            sink.awaitLines(2);
        }
        assertThat(sink.lines()).containsExactly("a 2 1", "metric.0 0 0");
        assertThat(relay.counters().refusedMetrics.sum()).isEqualTo(1);
        awaitLog("1 of 2 points refused; the first: a name with a space in it: \"x 1 2[?]evil\"");
    }

    @Test
    void closesConnectionsThatSayNothing() throws Exception {
        sink = LineSink.started();
        start(with(settings(sink.port()), SHORT, LONG, LONG, Duration.ZERO));
        assertCloses(new byte[0], "nothing came for 0 seconds; closed");
        // Nor may a message take for ever.
        assertCloses(bytes("\u0000\u0000\u0001\u0000]"), "nothing came for 0 seconds; closed");
    }

    @Test
    void reportsOnItselfInTheSameStream() throws Exception {
        sink = LineSink.started();
        start();
        send(0, 3);
        sink.awaitLines(30);
        relay.stop();
        start(with(settings(sink.port()), LONG, LONG, LONG, SHORT));
        sink.awaitLines(38);

        UnaryOperator<String> withoutMemory = line -> line.replaceFirst("systemMemory [0-9]{7,}", "systemMemory N");
        assertThat(sink.lines().subList(30, 38).stream().map(withoutMemory))
                .containsExactly(
                        "own.seenPickles 0 77",
                        "own.seenMetrics 0 77",
                        "own.sentMetrics 0 77",
                        "own.queueLength 0 77",
                        "own.systemMemory N 77",
                        "own.refusedPickles 0 77",
                        "own.refusedMetrics 0 77",
                        "own.resentMetrics 0 77");
    }

    @Test
    void drainsWhatHasArrivedWhenItStops() throws Exception {
        sink = LineSink.started();
        start();
        sink.stall();
        try (Socket idle = connect();
                Socket socket = connect()) {
            assertThat(idle.isConnected()).isTrue();
            for (int i = 0; i < 100; i++) {
                socket.getOutputStream().write(message(points("metric.", i * 10, 10)));
            }
            // A connection that nobody has looked at yet has not arrived.
            sink.await(() -> relay.counters().seenPickles.sum() > 0);
            CompletableFuture<Long> lost = CompletableFuture.supplyAsync(this::stopUnchecked);
            sink.goOn();
            assertThat(lost.get(30, TimeUnit.SECONDS)).isZero();
        }
        assertThat(sink.lines()).isEqualTo(lines(0, 1000));
    }

    private long stopUnchecked() {
        try {
            return relay.stop();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysHowManyPointsWereLostWhenTheRelayStaysAway() throws Exception {
        sink = LineSink.absent();
        start(with(settings(sink.port()), LONG, LONG, SHORT, Duration.ZERO));
        send(0, 4);
        while (relay.counters().seenMetrics.sum() < 40) {
            Thread.onSpinWait();
        }
        assertThat(relay.stop()).isEqualTo(40);
    }
}
