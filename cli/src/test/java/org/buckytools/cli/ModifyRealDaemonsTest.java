package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bucky modify} against three real daemons over real files. */
@Timeout(120)
class ModifyRealDaemonsTest {
    @TempDir
    private Path folder;

    private RealDaemons daemons;

    @BeforeEach
    void start() throws IOException {
        daemons = RealDaemons.ofThree(folder).start();
    }

    @AfterEach
    void stop() {
        daemons.close();
    }

    private Path owned(String name) {
        return daemons.file(daemons.owner(name), name);
    }

    @Test
    void changesSchemasUnderAWriterAndKeepsEveryPoint() throws Exception {
        Map<String, Map<Long, Double>> wanted = new TreeMap<>();
        List<String> names = new ArrayList<>(
                List.of("odd.a b.c", "odd.s;x=1", "odd.p%20+&?#", "odd.hä.日本", "odd." + "n".repeat(250), "odd.\"q\\"));
        for (int i = 0; i < 40; i++) {
            names.add("m.host" + i % 7 + ".m" + i);
        }
        for (String name : names) {
            Map<Long, Double> points = new TreeMap<>();
            for (int minute = 40; minute >= 20; minute--) {
                points.put(daemons.ago(minute), (double) minute);
            }
            daemons.write(daemons.owner(name), name, points);
            wanted.put(name, points);
        }
        Path corrupt = daemons.file("127.0.1.2", "m.host0.corrupt");
        Files.createDirectories(corrupt.getParent());
        Files.write(corrupt, new byte[1000]);
        String written = "m.host1.m1";
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int minute = 19; minute >= 0; minute--) {
                Point point = new Point(daemons.ago(minute), minute + 0.5);
                try (WhisperFile file =
                        WhisperFile.openLocked(owned(written), WhisperFile.Access.WRITE, Duration.ofSeconds(30))) {
                    file.update(point, daemons.now());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                wanted.get(written).put(point.time(), point.value());
            }
        });

        CommandRun dry = modify("--rescan", "--no-op");
        CommandRun run = modify();
        CommandRun again = modify();
        writer.join();

        int count = names.size();
        assertThat(dry.out().lines()).hasSize(count);
        assertThat(dry.err()).contains("Would change " + count + " files");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err())
                .contains("bucky: " + daemons.at("127.0.1.2") + ": m.host0.corrupt: ")
                .contains("Changed " + count + " files")
                .contains("1 failed.");
        assertThat(again.err()).contains("Changed 0 files").contains(count + " are so already");
        for (String name : names) {
            try (WhisperFile file = WhisperFile.open(owned(name), WhisperFile.Access.READ)) {
                assertThat(file.header().shape()).startsWith("1m:2h,5m:1d,1h:1y average ");
            }
            assertThat(daemons.points(daemons.owner(name), name)).as(name).isEqualTo(wanted.get(name));
        }
        assertThat(corrupt).hasSize(1000);
        try (var files = Files.walk(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith(".bucky-"));
        }
    }

    private CommandRun modify(String... more) {
        List<String> words = new ArrayList<>(
                List.of("modify", "--regex", ".", "--index=0", "--retention=60s:2h", "--add-archive=1h:1y"));
        words.addAll(List.of(more));
        return daemons.bucky(words.toArray(String[]::new));
    }

    @Test
    void changesNothingWhileADaemonIsDown() throws Exception {
        String name = "m.one";
        daemons.write("127.0.1.1", name, Map.of(daemons.ago(1), 1.0));
        byte[] before = Files.readAllBytes(daemons.file("127.0.1.1", name));
        daemons.stop("127.0.1.3");

        CommandRun run = modify();

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains(daemons.at("127.0.1.3")).contains("Nothing was changed.");
        assertThat(daemons.file("127.0.1.1", name)).hasBinaryContent(before);
    }
}
