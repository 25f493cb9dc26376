package org.buckytools.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.buckytools.bench.process.CpuTime;
import org.buckytools.bench.process.ProcessUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTableTest {
    @TempDir
    private Path folder;

    @Test
    void showsMediansAndEndsAndHowManyTimesFasterOursIs() {
        assertThat(new ComparisonTable(comparison(), 2).toString()).isEqualTo("""

                move: 100 files

                | program | seconds          | metrics/s       | MB/s            | user s/GB        | system s/GB      | peak MB                | ours is    |
                | ------- | ---------------- | --------------- | --------------- | ---------------- | ---------------- | ---------------------- | ---------- |
                | ours    | 2.00 (1.00–4.00) | 50.0 (25.0–100) | 500 (250–1,000) | 3.00 (2.00–4.00) | 1.00 (1.00–1.00) | client 90 daemon 80 70 |            |
                | theirs  | 4.00             | 25.0            | 250             | 2.00             | 1.00             | client 90 daemon 80 70 | 2.00 times |

                * theirs: 3 files differ
                * theirs: a run does not count: it crashed
                * in 1 of 4 runs others took over 10 % of the processors
                """);
    }

    @Test
    void jsonHasEveryRun() throws IOException {
        Path file = folder.resolve("results.json");
        JsonResults.write(file, "a machine", "2026-01-01T00:00:00Z", List.of(comparison()));
        assertThat(Files.readString(file))
                .startsWith(
                        "{\"machine\":\"a machine\",\"began\":\"2026-01-01T00:00:00Z\",\"comparisons\":[{\"scenario\":\"move\"")
                .contains("\"program\":\"theirs\",\"kind\":\"PEER\",\"failures\":[\"it crashed\"]")
                .contains("\"seconds\":4.0,\"metrics\":100,\"bytes\":1000000000")
                .endsWith("]}");
    }

    private static Comparison comparison() {
        Row ours = new Row("ours", Row.Kind.OURS);
        ours.add(measurement(1, 2, 0));
        ours.add(measurement(2, 3, 0));
        ours.add(measurement(4, 4, 0.8));
        Row theirs = new Row("theirs", Row.Kind.PEER);
        theirs.add(measurement(4, 2, 0.9).noting("3 files differ"));
        theirs.addFailure("it crashed");
        return new Comparison("move", "100 files", List.of(ours, theirs));
    }

    private static Measurement measurement(double seconds, double user, double foreign) {
        return new Measurement(
                seconds,
                100,
                1_000_000_000,
                List.of(
                        new ProcessUsage("client", new CpuTime(user, 0.5), 90_000_000),
                        new ProcessUsage("daemon 127.0.1.1", new CpuTime(0, 0.25), 80_000_000),
                        new ProcessUsage("daemon 127.0.1.2", new CpuTime(0, 0.25), 70_000_000)),
                0,
                foreign,
                List.of());
    }
}
