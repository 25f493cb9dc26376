package org.buckytools.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client and the daemons are killed in the middle of a rebalance, again and again. */
@Tag("slow")
final class RebalanceKilledIT {
    private static final int METRICS = 1500;
    private static final int ROUNDS = 10;
    private static final int LONGEST_MILLIS = 1500;
    private static final String OLD_HOST = ProcessCluster.HOSTS.getFirst();
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(60, 1440), new Retention(300, 2016)), Aggregation.SUM, 0.0f);

    @TempDir
    private Path folder;

    @Test
    void noPointIsLostWhereverTheyDie() throws IOException, InterruptedException {
        Random random = new Random(11);
        Map<MetricName, Map<Long, Double>> wanted = new HashMap<>();
        try (ProcessCluster cluster = new ProcessCluster(folder)) {
            for (int i = 0; i < METRICS; i++) {
                MetricName metric = new MetricName("kill.h" + i % 7 + ".m" + i);
                wanted.put(metric, create(cluster, metric, random));
            }
            for (int round = 0; round < ROUNDS; round++) {
                Process client = rebalance(cluster);
                // Any moment will do; that it is another one each time is the point.
                boolean ended = client.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS);
                if (round % 4 == 3) {
                    client.destroyForcibly();
                } else {
                    String victim = ProcessCluster.HOSTS.get(round % 4);
                    cluster.kill(victim);
                    cluster.start(victim);
                }
                assertThat(ended || client.waitFor(2, TimeUnit.MINUTES))
                        .as("the client ends")
                        .isTrue();
            }

            int code = cluster.run(arguments(cluster));

            assertThat(code).as(cluster.log()).isZero();
            List<MetricName> wrong = new ArrayList<>();
            for (Map.Entry<MetricName, Map<Long, Double>> metric : wanted.entrySet()) {
                boolean whole =
                        EndToEnd.finestPoints(cluster.owned(metric.getKey())).equals(metric.getValue());
                long copies = ProcessCluster.HOSTS.stream()
                        .filter(host -> Files.exists(cluster.file(host, metric.getKey())))
                        .count();
                if (!whole || copies != 1) {
                    wrong.add(metric.getKey());
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(cluster.hiddenFiles()).isEmpty();
        }
    }

    private static Process rebalance(ProcessCluster cluster) throws IOException {
        return cluster.bucky(arguments(cluster));
    }

    private static String[] arguments(ProcessCluster cluster) {
        return new String[] {"rebalance", "-f", "-h", cluster.address(OLD_HOST).toString(), "-w", "100", "--delete"};
    }

    /** Half of the metrics that have to move are at their owner already, with other points. */
    private static Map<Long, Double> create(ProcessCluster cluster, MetricName metric, Random random)
            throws IOException {
        long now = System.currentTimeMillis() / 1000;
        Map<Long, Double> points = new HashMap<>();
        Path old = cluster.file(OLD_HOST, metric);
        write(old, points, now, random);
        if (!old.equals(cluster.owned(metric)) && random.nextBoolean()) {
            Map<Long, Double> there = new HashMap<>();
            write(cluster.owned(metric), there, now, random);
            points.putAll(there);
        }
        return points;
    }

    private static void write(Path path, Map<Long, Double> points, long now, Random random) throws IOException {
        Files.createDirectories(path.getParent());
        WhisperFile.create(path, HEADER, WhisperFile.Allocation.SPARSE, WhisperFile.Existing.REFUSE);
        List<Point> written = new ArrayList<>();
        // Nothing that would leave the archive while the test runs.
        for (long time = now - now % 60 - 1200L * 60; time <= now; time += 60) {
            if (random.nextInt(3) > 0) {
                double value = random.nextInt(1000);
                written.add(new Point(time, value));
                points.put(time, value);
            }
        }
        try (WhisperFile file = WhisperFile.open(path, WhisperFile.Access.WRITE)) {
            file.updateMany(written, now);
        }
    }
}
