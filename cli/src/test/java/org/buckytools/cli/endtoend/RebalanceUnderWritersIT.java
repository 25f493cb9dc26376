package org.buckytools.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.PeerProcess;
import org.buckytools.whisper.PeerProgram;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics move while carbon writes to them, at their old and at their new places. */
@Tag("peer")
@Tag("slow")
final class RebalanceUnderWritersIT {
    private static final int METRICS = 120;
    private static final int ROUNDS = 6;
    private static final String OLD_HOST = ProcessCluster.HOSTS.getFirst();
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(1, 3600), new Retention(60, 1440)), Aggregation.AVERAGE, 0.5f);

    @TempDir
    private Path folder;

    @Test
    void everyPointThatCarbonWroteIsOnItsOwnerInTheEnd() throws IOException, InterruptedException {
        Path python = PeerProgram.requirePython("python3-whisper", "whisper");
        try (ProcessCluster cluster = new ProcessCluster(folder)) {
            Path log = folder.resolve("written.log");
            Path jobs = Files.write(folder.resolve("jobs"), jobs(cluster));
            try (PeerProcess _ = PeerProcess.python(
                    python,
                    RebalanceUnderWritersIT.class,
                    "carbon_writer.py",
                    folder,
                    jobs.toString(),
                    log.toString(),
                    "1")) {
                for (int round = 0; round < ROUNDS; round++) {
                    // Metrics that are being written may be left for the next round; that is no loss.
                    assertThat(rebalance(cluster)).as(cluster.log()).isIn(0, 3);
                }
            }
            assertThat(rebalance(cluster)).as(cluster.log()).isZero();

            assertThat(lost(cluster, log)).isEmpty();
            assertThat(cluster.hiddenFiles()).isEmpty();
        }
    }

    private static int rebalance(ProcessCluster cluster) throws IOException, InterruptedException {
        return cluster.run("rebalance", "-f", "-h", cluster.address(OLD_HOST).toString(), "-w", "100", "--delete");
    }

    private static List<String> jobs(ProcessCluster cluster) throws IOException {
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < METRICS; i++) {
            MetricName metric = new MetricName("moving.m" + i);
            Path old = cluster.file(OLD_HOST, metric);
            Files.createDirectories(old.getParent());
            WhisperFile.create(old, HEADER, WhisperFile.Allocation.SPARSE, WhisperFile.Existing.REFUSE);
            jobs.add(metric + " " + old + " " + cluster.owned(metric));
        }
        return jobs;
    }

    /** Points of the writer's log that are not in the files of the metrics' owners. */
    private static List<String> lost(ProcessCluster cluster, Path log) throws IOException {
        Map<String, Map<Long, Double>> stored = new HashMap<>();
        List<String> lost = new ArrayList<>();
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).as("the writer's log").hasSizeGreaterThan(METRICS);
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            Map<Long, Double> points = stored.get(fields[0]);
            if (points == null) {
                points = EndToEnd.finestPoints(cluster.owned(new MetricName(fields[0])));
                stored.put(fields[0], points);
            }
            if (!Double.valueOf(fields[2]).equals(points.get(Long.valueOf(fields[1])))) {
                lost.add(line);
            }
        }
        return lost;
    }
}
