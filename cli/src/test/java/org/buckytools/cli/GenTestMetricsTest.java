package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.SmallProgramTest.GENTESTMETRICS;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.buckytools.cli.testing.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it prints is what the Go tool prints for the same flags, tried out with both of its versions. */
class GenTestMetricsTest {
    @TempDir
    private Path folder;

    private static String printed(String... arguments) {
        CommandRun run = SmallProgramTest.run(GENTESTMETRICS, arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run.out();
    }

    @Test
    void printsTheOldestTimeFirstAndAtEachTimeAllMetrics() {
        assertThat(printed("-c", "3", "-x", "2", "-v", "5", "-s", "1000")).isEqualTo("""
                test.000000 5 900
                test.000001 5 900
                test.000002 5 900
                test.000000 5 960
                test.000001 5 960
                test.000002 5 960
                """);
    }

    @Test
    void alignsTimesBeforeTheEpochAsGoDivides() {
        assertThat(printed("-c=2", "-x=2", "-v", "-5", "-s", "-1000", "-i", "7"))
                .isEqualTo("""
                test.000000 -5 -1001
                test.000001 -5 -1001
                test.000000 -5 -994
                test.000001 -5 -994
                """);
    }

    @Test
    void runsForwardsWithANegativeInterval() {
        assertThat(printed("-i", "-60", "-s", "100", "-c", "1", "-x", "3", "-v", "1"))
                .isEqualTo("""
                test.000000 1 180
                test.000000 1 120
                test.000000 1 60
                """);
    }

    @Test
    void overflowsAsGoDoes() {
        assertThat(printed("-x", "3", "-s", "9223372036854775807", "-i", "60", "-c", "1", "-v", "1"))
                .isEqualTo("""
                        test.000000 1 9223372036854775680
                        test.000000 1 9223372036854775740
                        test.000000 1 9223372036854775800
                        """);
        assertThat(printed("-c", "1", "-s", "-9223372036854775808", "-v", "1"))
                .isEqualTo("test.000000 1 -9223372036854775800\n");
    }

    @Test
    void startsNow() {
        assertThat(printed("--c=1", "--v=1")).isEqualTo("test.000000 1 999960\n");
    }

    @Test
    void takesNumbersAsGoSpellsThem() {
        assertThat(printed("-c", "0x1", "-v", "010", "-s", "1_000")).isEqualTo("test.000000 8 960\n");
    }

    @Test
    void countsOnAfterSixDigits() {
        assertThat(printed("-c", "1000002", "-v", "1", "-s", "60", "-p", ""))
                .startsWith("000000 1 60\n000001 1 60\n")
                .endsWith("\n999999 1 60\n1000000 1 60\n1000001 1 60\n")
                .hasLineCount(1_000_002);
    }

    @Test
    void printsNothingForNoMetricsOrPoints() {
        assertThat(printed("-c", "0")).isEmpty();
        assertThat(printed("-c", "-1")).isEmpty();
        assertThat(printed("-x", "0")).isEmpty();
    }

    @Test
    void takesNamesFromAFileTrimmedAndAsTheyAre() throws IOException {
        Path file = folder.resolve("names");
        byte[] notUtf8 = {(byte) 0xff, '\n'};
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(
                "a\n\n b \r\nx y\n\u2003em\u2003\u00a0\n\u0085nel\n\u000bvt\f\n \t\n".getBytes(StandardCharsets.UTF_8));
        names.write(notUtf8);
        names.write("\u00e4\u3000last".getBytes(StandardCharsets.UTF_8));
        Files.write(file, names.toByteArray());

        CommandRun run = SmallProgramTest.run(
                GENTESTMETRICS, "-f", file.toString(), "-c", "9", "-v", "1", "-s", "60", "-p", "p.");

        assertThat(run.out()).isEqualTo("""
                p.a 1 60
                p.b 1 60
                p.x y 1 60
                p.em 1 60
                p.nel 1 60
                p.vt 1 60
                p.\ufffd 1 60
                p.\u00e4\u3000last 1 60
                """);
    }

    @Test
    void staysBelowTheLimit() {
        assertThat(printed("-c", "2000", "-l", "3", "-s", "60").lines().map(line -> line.split(" ")[1]))
                .containsOnly("0", "1", "2");
        assertThat(printed("-c", "100", "-l", "1", "-s", "60").lines().map(line -> line.split(" ")[1]))
                .containsOnly("0");
        assertThat(printed("-c", "100", "-l", "9223372036854775807", "-s", "60")
                        .lines()
                        .map(line -> line.split(" ")[1]))
                .allMatch(value -> Long.parseLong(value) >= 0)
                .anyMatch(value -> Long.parseLong(value) > Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "-l=0, there is no random value below 0",
        "-i=0, an interval of 0 seconds puts all points on one time",
        "--rate=0, --rate 0.0 is not a rate",
        "--rate=NaN, --rate NaN is not a rate",
        "--format=pickle, pickles are not for printing",
        "-f=/nonexistent/names, cannot read the names in /nonexistent/names: there is no such file",
        "--to=x, '--to \"x\" is not an address; expected HOST:PORT'"
    })
    void refusesWhatMakesNoSense(String flag, String reason) {
        CommandRun run = SmallProgramTest.run(GENTESTMETRICS, flag);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("gentestmetrics: " + reason);
    }

    @Test
    void takesALimitOfNothingWithAFixedValue() {
        assertThat(printed("-l", "0", "-v", "7", "-c", "1", "-s", "0")).isEqualTo("test.000000 7 0\n");
    }

    /** What a receiver got that reads to the end, as carbon does, in the guise of Latin-1, and the run that sent it. */
    private record Received(String text, CommandRun run) {}

    private static Received received(Function<String, CommandRun> send) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> bytes = CompletableFuture.supplyAsync(() -> {
                try (Socket connection = server.accept()) {
                    return connection.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            CommandRun run = send.apply("127.0.0.1:" + server.getLocalPort());
            return new Received(new String(bytes.get(30, TimeUnit.SECONDS), StandardCharsets.ISO_8859_1), run);
        }
    }

    @Test
    void sendsTheLinesThatItWouldPrint() throws Exception {
        Received received = received(address ->
                SmallProgramTest.run(GENTESTMETRICS, "-c", "5000", "-x", "2", "-v", "3", "-s", "600", "--to", address));

        assertThat(received.text()).isEqualTo(printed("-c", "5000", "-x", "2", "-v", "3", "-s", "600"));
        assertThat(received.run().out()).isEmpty();
        assertThat(received.run().err()).matches("sent 10000 points in [0-9.]+ s, [0-9]+ a second\n");
    }

    @Test
    void sendsPicklesOf500Points() throws Exception {
        Received received = received(address -> SmallProgramTest.run(
                GENTESTMETRICS, "-c", "501", "-v", "-1", "-s", "5000000000", "--to", address, "--format", "pickle"));

        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(received.text().getBytes(StandardCharsets.ISO_8859_1)))) {
            byte[] first = in.readNBytes(in.readInt());
            byte[] second = in.readNBytes(in.readInt());
            assertThat(in.available()).isZero();
            assertThat(first).hasSizeGreaterThan(500 * 20);
            // [(name, (time, value))]: 5,000,000,000 needs a LONG1, 4,999,999,980 is the multiple of 60.
            assertThat(second)
                    .isEqualTo(latin1(
                            "\u0080\u0002](X\u000b\u0000\u0000\u0000test.000500",
                            "\u008a\u0008\u00ec\u00f1\u0005*\u0001\u0000\u0000\u0000",
                            "J\u00ff\u00ff\u00ff\u00ff\u0086\u0086e."));
        }
        assertThat(received.run().code()).isZero();
    }

    private static byte[] latin1(String... parts) {
        return String.join("", parts).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void refusesToSendNamesThatAreNoNames() throws IOException {
        Path file = Files.writeString(folder.resolve("names"), "good\nnot good\n");

        assertThat(SmallProgramTest.run(GENTESTMETRICS, "-f", file.toString(), "--to", "127.0.0.1:1"))
                .isEqualTo(new CommandRun(2, "", """
                        gentestmetrics: a name with a space in it cannot be sent: test.not good
                          Nothing was sent.
                        """));
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        CommandRun run = SmallProgramTest.run(GENTESTMETRICS, "--to", "127.0.0.1:" + port);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("gentestmetrics: 127.0.0.1:" + port + ": Connection refused\n");
    }
}
