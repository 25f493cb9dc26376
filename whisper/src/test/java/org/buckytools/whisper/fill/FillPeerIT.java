package org.buckytools.whisper.fill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.PeerProcess;
import org.buckytools.whisper.PeerProgram;
import org.buckytools.whisper.posix.Descriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that Python Whisper has written, filled by us and read by Python Whisper. */
@Tag("peer")
@Timeout(120)
class FillPeerIT {
    private static final long NOW = 1_700_000_123L;
    private static final Duration NO_WAIT = Duration.ZERO;

    @TempDir
    private Path folder;

    private PeerProcess python;
    private Random random;

    @BeforeEach
    void startPython() throws Exception {
        Path interpreter = PeerProgram.requirePython("python3-whisper", "whisper");
        python = PeerProcess.python(interpreter, FillPeerIT.class, "peer.py", folder);
        random = new Random(20_231_114);
    }

    @AfterEach
    void stopPython() {
        if (python != null) {
            python.close();
        }
    }

    @Test
    void aFilledReplicaEqualsAFileThatPythonGaveAllPointsTo() throws IOException {
        String[] schemas = {"1s:2m,4s:5m,20s:10m", "10s:10m,1m:1h", "5s:5m,15s:20m,1m:1h,5m:1d", "60s:2h"};
        for (int round = 0; round < 64; round++) {
            String schema = schemas[random.nextInt(schemas.length)];
            Aggregation aggregation = Aggregation.ofCode(1 + round % 8).orElseThrow();
            float xff = random.nextInt(11) / 10f;
            long step = Long.parseLong(schema.substring(0, schema.indexOf('s')));
            long retention = Duration.parse("PT" + schema.split("[:,]", -1)[1].toUpperCase(java.util.Locale.ROOT))
                    .toSeconds();
            SortedMap<Long, Double> first = new TreeMap<>();
            SortedMap<Long, Double> second = new TreeMap<>();
            // Whole within the finest archive: what is older has no finer points to be aggregated from.
            for (long time = NOW - retention * 6 / 10; time <= NOW; time++) {
                if (time % step == 0) {
                    double value = random.nextInt(1000) / 8.0;
                    switch (random.nextInt(5)) {
                        case 0, 1 -> first.put(time, value);
                        case 2 -> second.put(time, value);
                        case 3 -> {
                            first.put(time, value);
                            second.put(time, value);
                        }
                        default -> {}
                    }
                }
            }
            SortedMap<Long, Double> both = new TreeMap<>(first);
            both.putAll(second);
            Path source = write("source" + round, schema, aggregation, xff, first);
            Path destination = write("destination" + round, schema, aggregation, xff, second);
            Path expected = write("expected" + round, schema, aggregation, xff, both);

            FillReport report = Fill.fill(source, destination, NOW, NO_WAIT, false);

            assertThat(report.sourceHoldsMore()).isFalse();
            try (Descriptor file = Descriptor.open(destination)) {
                for (var archive : WhisperImage.read(file).header().archives()) {
                    assertThat(fetch(destination, archive.secondsPerPoint(), archive.retention()))
                            .as("round %s, %s %s %s, archive %s", round, schema, aggregation, xff, archive)
                            .isEqualTo(fetch(expected, archive.secondsPerPoint(), archive.retention()));
                }
            }
            assertThat(fetch(destination, step, retention)).isEqualTo(both);
        }
    }

    @Test
    void pythonReadsAFilledFileOfAnotherSchema() throws IOException {
        SortedMap<Long, Double> points = new TreeMap<>();
        for (long time = NOW - NOW % 60 - 1200; time < NOW - NOW % 60; time += 10) {
            points.put(time, (double) (time % 7));
        }
        Path source = write("fine", "10s:1h", Aggregation.SUM, 0.5f, points);
        Path destination = write("coarse", "1m:1d", Aggregation.SUM, 0.5f, new TreeMap<>());

        Fill.fill(source, destination, NOW, NO_WAIT, true);

        SortedMap<Long, Double> sums = new TreeMap<>();
        points.forEach((time, value) -> sums.merge(time - time % 60, value, Double::sum));
        assertThat(fetch(destination, 60, 86_400)).isEqualTo(sums);
    }

    @Test
    void pythonGoesOnWritingToAFilledFile() throws IOException {
        long last = NOW - NOW % 60;
        Path source = write("source", "1m:1h", Aggregation.AVERAGE, 0.5f, Map.of(last - 120, 1.0, last - 60, 2.0));
        Path destination = write("destination", "1m:1h", Aggregation.AVERAGE, 0.5f, Map.of());
        Fill.fill(source, destination, NOW, NO_WAIT, false);

        ask("update", destination, NOW, last + "=3.0");

        assertThat(fetch(destination, 60, 3600))
                .containsExactlyEntriesOf(new TreeMap<>(Map.of(last - 120, 1.0, last - 60, 2.0, last, 3.0)));
    }

    private Path write(String name, String schema, Aggregation aggregation, float xff, Map<Long, Double> points)
            throws IOException {
        Path file = folder.resolve(name + ".wsp");
        ask("create", file, schema, aggregation.label(), xff);
        if (!points.isEmpty()) {
            List<Object> words = new ArrayList<>(List.of("update", file, NOW));
            points.forEach((time, value) -> words.add(time + "=" + value));
            ask(words.toArray());
        }
        assertThat(Files.exists(file)).isTrue();
        return file;
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
