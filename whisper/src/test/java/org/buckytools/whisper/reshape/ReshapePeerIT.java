package org.buckytools.whisper.reshape;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.PeerProcess;
import org.buckytools.whisper.PeerProgram;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.Fill;
import org.buckytools.whisper.fill.TestFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that Python Whisper has written, changed by us, and read and written to by Python Whisper. */
@Tag("peer")
@Timeout(120)
class ReshapePeerIT {
    private static final long NOW = 1_700_000_123L;

    @TempDir
    private Path folder;

    private PeerProcess python;

    @BeforeEach
    void startPython() throws Exception {
        Path interpreter = PeerProgram.requirePython("python3-whisper", "whisper");
        python = PeerProcess.python(interpreter, Fill.class, "peer.py", folder);
    }

    @AfterEach
    void stopPython() {
        if (python != null) {
            python.close();
        }
    }

    @Test
    void pythonSeesTheSamePointsInAChangedFile() throws IOException {
        Random random = new Random(20_231_115);
        Change[] changes = {
            resize(0, "10s:30m"),
            resize(0, "10s:5m"),
            resize(1, "1m:3h"),
            change("5m:1d", ""),
            change("2s:2m", ""),
            change("", "10s:10m"),
            change("", "1m:1h"),
            change("30s:20m", "1m:1h")
        };
        for (int round = 0; round < 5 * changes.length; round++) {
            Path file = folder.resolve("m" + round + ".wsp");
            Aggregation method = Aggregation.ofCode(1 + random.nextInt(8)).orElseThrow();
            ask("create", file, "10s:10m,1m:1h", method.label(), random.nextInt(11) / 10f);
            List<Object> update = new ArrayList<>(List.of("update", file, NOW));
            for (long time = NOW - 3500; time <= NOW; time += 1 + random.nextInt(40)) {
                update.add(time + "=" + random.nextInt(1000) / 8.0);
            }
            ask(update.toArray());
            Map<Long, SortedMap<Long, Double>> before = new TreeMap<>();
            before.put(10L, fetch(file, 10, 600));
            before.put(60L, fetch(file, 60, 3600));

            WhisperHeader after = reshape(file, changes[round % changes.length]);

            for (ArchiveInfo info : after.archives()) {
                SortedMap<Long, Double> now = fetch(file, info.secondsPerPoint(), info.retention());
                SortedMap<Long, Double> same =
                        new TreeMap<>(before.getOrDefault(info.secondsPerPoint(), new TreeMap<>()));
                same.headMap(NOW - info.retention() + 1).clear();
                assertThat(now).as("round %s, %s", round, info).containsAllEntriesOf(same);
                assertThat(now).as("round %s, %s", round, info).isNotEmpty();
            }
            // And goes on with it as with a file of its own.
            long last = NOW - NOW % 60;
            ask("update", file, NOW, last + "=123.5");
            long step = after.archives().getFirst().secondsPerPoint();
            assertThat(fetch(file, step, after.archives().getFirst().retention()))
                    .containsEntry(last, 123.5);
        }
    }

    private static Change resize(int index, String retention) {
        return new Change(
                Optional.of(new Change.Resize(index, Retention.parse(retention))),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static Change change(String added, String dropped) {
        return new Change(
                Optional.empty(),
                added.isEmpty() ? List.of() : Retention.parseList(added),
                dropped.isEmpty() ? List.of() : Retention.parseList(dropped),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static WhisperHeader reshape(Path path, Change change) throws IOException {
        byte[] old = Files.readAllBytes(path);
        Reshape reshape = Reshape.of(
                WhisperHeader.parse(ByteBuffer.wrap(old), old.length, path.toString()), change, path.toString());
        byte[] content = new byte[reshape.size()];
        ReshapeReport report = reshape.run(ByteBuffer.wrap(old), ByteBuffer.wrap(content), NOW);
        TestFile changed = new TestFile(reshape.after(), content);
        assertThat(report.kept() + report.aggregated() + report.placed()).isPositive();
        Files.write(path, changed.array());
        return reshape.after();
    }

    private SortedMap<Long, Double> fetch(Path file, long step, long retention) throws IOException {
        SortedMap<Long, Double> points = new TreeMap<>();
        String answer = ask("fetch", file, NOW - retention, NOW, NOW, step);
        for (String point : answer.isEmpty() ? new String[0] : answer.split(" ", -1)) {
            int equals = point.indexOf('=');
            points.put(Long.parseLong(point.substring(0, equals)), Double.parseDouble(point.substring(equals + 1)));
        }
        return points;
    }

    private String ask(Object... words) throws IOException {
        StringBuilder order = new StringBuilder();
        for (Object word : words) {
            order.append(word).append(' ');
        }
        return python.ask(order.toString().trim());
    }
}
