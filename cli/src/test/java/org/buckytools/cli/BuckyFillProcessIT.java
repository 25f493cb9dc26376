package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.buckytools.cli.testing.WhisperSamples.ago;
import static org.buckytools.cli.testing.WhisperSamples.filesIn;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.buckytools.cli.testing.WhisperSamples;
import org.buckytools.whisper.posix.Flock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: what it leaves behind when it is stopped or cannot write. */
@Timeout(60)
class BuckyFillProcessIT {
    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            BuckyFillMain.class.getName());

    @TempDir
    private Path folder;

    private static List<String> command(Stream<String> before, Object... arguments) {
        return Stream.of(before, JAVA.stream(), Stream.of(arguments).map(Object::toString))
                .flatMap(part -> part)
                .toList();
    }

    @Test
    void finishesTheFileInHandWhenItIsStopped() throws Exception {
        Path source = folder.resolve("source");
        Path destination = folder.resolve("destination");
        for (String name : List.of("a", "b", "c")) {
            WhisperSamples.file(source.resolve(name + ".wsp"), ago(1, 1));
        }
        Process process;
        try (Flock _ = Flock.exclusive(source.resolve("b.wsp"), Duration.ZERO)) {
            process = new ProcessBuilder(command(Stream.empty(), "-r", "-d", source, destination)).start();
            while (!hasOpen(process, source.resolve("b.wsp"))) {
                assertThat(process.isAlive()).isTrue();
                Thread.onSpinWait();
            }
            // Unlike Process.destroy, leaves the streams open.
            process.toHandle().destroy();
            BufferedReader err = process.errorReader(StandardCharsets.UTF_8);
            assertThat(err.readLine()).isEqualTo("bucky-fill: interrupted; finishing the file in hand");
        }

        assertThat(process.waitFor()).isEqualTo(128 + 15);
        assertThat(filesIn(source)).containsExactly("c.wsp");
        assertThat(filesIn(destination)).containsExactly("a.wsp", "b.wsp");
    }

    private static boolean hasOpen(Process process, Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return open.anyMatch(descriptor -> leadsTo(descriptor, file));
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            // Closed meanwhile.
            return false;
        }
    }

    @Test
    void leavesNothingHalfWrittenWhereThereIsNoRoom() throws IOException, InterruptedException {
        Path source = folder.resolve("source");
        Path destination = folder.resolve("destination");
        WhisperSamples.file(source.resolve("large.wsp"), "1s:1d", ago(1, 1));
        WhisperSamples.file(source.resolve("small.wsp"), "1m:1h", ago(1, 1));

        // At most 100 blocks, of 512 or 1,024 bytes, a file.
        Stream<String> limited = Stream.of("sh", "-c", "ulimit -f 100; exec \"$@\"", "sh");
        Process process = new ProcessBuilder(command(limited, "-r", "-d", source, destination)).start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(err).isEqualTo(3);
        assertThat(err).contains(source + "/large.wsp: ", "file too large (EFBIG)");
        assertThat(filesIn(source)).containsExactly("large.wsp");
        assertThat(filesIn(destination)).containsExactly("small.wsp");
    }
}
