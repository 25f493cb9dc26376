package org.buckytools.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.buckytools.agent.http.RawHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code buckyd} as a process of its own. */
class BuckydProcessIT {
    private static final Pattern LISTENS =
            Pattern.compile("listens on \\S*:(\\d+) as node1, ring carbon with 2 members");

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void kill() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process start(String locale, String... arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                BuckydMain.class.getName(),
                                "-prefix",
                                directory.toString(),
                                "-b",
                                "127.0.0.1:0"),
                        Arrays.stream(arguments))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", locale);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static InetSocketAddress awaitStart(BufferedReader log) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            Matcher matcher = LISTENS.matcher(line);
            if (matcher.find()) {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(1)));
            }
        }
        throw new AssertionError("it ended before it listened: " + String.join("\n", lines));
    }

    @Test
    void saysWhereItListensLogsRequestsAndStopsInOrderOnASignal() throws Exception {
        Process process = start("C.UTF-8", "-node", "node1", "node1", "node2");
        BufferedReader log = process.inputReader(UTF_8);
        InetSocketAddress address = awaitStart(log);
        byte[] content = RunningAgent.whisper(directory, minute -> true);
        try (RawHttp slow = new RawHttp(address)) {
            slow.send(
                    "POST /metrics/a%0Ab HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nX-Metric-Stat:"
                            + " {\"Name\":\"a\",\"Size\":" + content.length
                            + ",\"Mode\":420,\"ModTime\":0,\"Encoding\":0}\r\nContent-Length: " + content.length
                            + "\r\n\r\n");
            slow.send(Arrays.copyOf(content, 100));
            assertThat(RawHttp.exchange(address, "GET /hashring HTTP/1.1\nHost: x\n")
                            .status())
                    .isEqualTo(200);
            // Process.destroy would close the log, too.
            process.toHandle().destroy();
            for (String line = log.readLine(); !line.contains("stopping"); line = log.readLine()) {
                assertThat(line).doesNotContain("ERROR");
            }
            slow.send(Arrays.copyOfRange(content, 100, content.length));
            assertThat(slow.read().status()).isEqualTo(200);
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(log.lines().collect(java.util.stream.Collectors.joining("\n")) + "\n")
                .containsPattern("access: 127\\.0\\.0\\.1 POST /metrics/a%0Ab 200 \\d+ \\d+\n");
        assertThat(directory.resolve("a\nb.wsp")).hasBinaryContent(content);
    }

    @Test
    void refusesToStartWhereFileNamesAreNotUtf8() throws Exception {
        Process process = start("POSIX", "node1");
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output).contains("start buckyd with LC_ALL=C.UTF-8");
    }

    @Test
    void refusesAStoreThatAnotherDaemonHas() throws Exception {
        awaitStart(start("C.UTF-8", "-node", "node1", "node1", "node2").inputReader(UTF_8));
        Process second = start("C.UTF-8", "node1");
        String output = new String(second.getInputStream().readAllBytes(), UTF_8);
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(output)
                .contains("buckyd: cannot start: ")
                .contains(directory.toRealPath().toString());
    }
}
