package org.buckytools.cli.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, as a service manager runs it. */
class PickleRelayProcessIT {
    private static final Pattern LISTENING = Pattern.compile(".* listening on 127\\.0\\.0\\.1:([0-9]+), .*");

    @TempDir
    private Path folder;

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.buckytools.cli.PickleRelayMain"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(log().toFile()).start();
    }

    private Path log() {
        return folder.resolve("log");
    }

    private int awaitPort(Process program) throws IOException, InterruptedException {
        while (program.isAlive()) {
            for (String line : Files.readAllLines(log())) {
                Matcher listening = LISTENING.matcher(line);
                if (listening.matches()) {
                    return Integer.parseInt(listening.group(1));
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("it ended before it listened: " + Files.readString(log()));
    }

    private static void send(int port, int messages) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            for (int i = 0; i < messages; i++) {
                socket.getOutputStream().write(PickleBytes.message(PickleBytes.points("m", i * 10, 10)));
            }
        }
    }

    @Test
    void endsWith0WhenASignalComesAndAllIsWritten() throws Exception {
        try (LineSink sink = LineSink.started()) {
            Process program = start("-b", "127.0.0.1:0", "-i=0", "127.0.0.1:" + sink.port());
            try {
                send(awaitPort(program), 100);
                sink.awaitLines(1);
                program.destroy();

                assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(program.exitValue()).isZero();
                assertThat(sink.lines()).hasSize(1000);
                assertThat(Files.readString(log()).strip()).endsWith(" stopped");
            } finally {
                program.destroyForcibly();
            }
        }
    }

    @Test
    @Tag("slow")
    void endsWith3WhenPointsAreLeftOver() throws Exception {
        int nobody = LineSink.freePort();
        Process program = start("-b", "127.0.0.1:0", "-i=0", "127.0.0.1:" + nobody);
        try {
            send(awaitPort(program), 2);
            program.destroy();

            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isEqualTo(3);
            assertThat(Files.readString(log()).strip()).endsWith("the relay did not take 20 points, which are lost");
        } finally {
            program.destroyForcibly();
        }
    }
}
