package org.buckytools.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperHeader;

/**
 * Makes the demo's metrics as a cluster would have them two hours after its ring grew: each at the owner that the old ring
 * gives it, but for a few that an earlier move left at the wrong one, and every third of those that are to move at their new
 * place as well, with the points of the last two hours, some of which the old place has too. So each daemon sends, receives
 * and fills.
 */
final class DemoMetrics {
    private static final WhisperHeader HEADER =
            WhisperHeader.create(List.of(new Retention(60, 1440), new Retention(900, 2880)), Aggregation.AVERAGE, 0.5f);
    private static final List<String> KINDS =
            List.of("cpu.user", "cpu.system", "load.shortterm", "memory.used", "disk.sda.reads", "http.requests");
    private static final int STRAY_EVERY = 7;
    private static final int STEP = 60;
    private static final int OLD_MINUTES = 1300;
    private static final int NEW_MINUTES = 120;
    private static final int OVERLAP_MINUTES = 10;

    private final DemoCluster cluster;
    private final RandomGenerator random;
    private final long now;

    DemoMetrics(DemoCluster cluster, RandomGenerator random, long now) {
        this.cluster = cluster;
        this.random = random;
        this.now = now;
    }

    /** Makes {@code count} metrics; the answer says which points must be there in the end. */
    Map<MetricName, PointSet> create(int count, HashRing before, HashRing after) throws IOException {
        Map<MetricName, PointSet> wanted = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            MetricName metric = new MetricName(
                    String.format(Locale.ROOT, "demo.web%03d.%s", i / KINDS.size(), KINDS.get(i % KINDS.size())));
            String from = i % STRAY_EVERY == 0
                    ? other(metric, before)
                    : before.stores(metric.value()).getFirst();
            String to = after.stores(metric.value()).getFirst();
            Path old = cluster.file(from, metric);
            boolean grownAlready = !from.equals(to) && i % 3 == 0;
            write(old, OLD_MINUTES, grownAlready ? NEW_MINUTES - OVERLAP_MINUTES : 0);
            PointSet points = PointSet.read(old);
            if (grownAlready) {
                Path grown = cluster.file(to, metric);
                write(grown, NEW_MINUTES, 0);
                points = PointSet.read(grown).filledFrom(points);
            }
            wanted.put(metric, points);
        }
        return wanted;
    }

    private static String other(MetricName metric, HashRing ring) {
        String owner = ring.stores(metric.value()).getFirst();
        return ring.stores().stream()
                .filter(host -> !host.equals(owner))
                .findFirst()
                .orElse(owner);
    }

    /** Writes points from {@code first} to {@code last} minutes ago, with gaps of single points among them. */
    private void write(Path path, int first, int last) throws IOException {
        Files.createDirectories(path.getParent());
        WhisperFile.create(path, HEADER, WhisperFile.Allocation.SPARSE, WhisperFile.Existing.REFUSE);
        List<Point> points = new ArrayList<>();
        double value = random.nextDouble() * 100;
        for (int minutes = first; minutes >= last; minutes--) {
            value += random.nextGaussian();
            boolean gap = random.nextInt(10) == 0;
            if (!gap) {
                points.add(new Point(now - now % STEP - (long) minutes * STEP, value));
            }
        }
        try (WhisperFile file = WhisperFile.open(path, WhisperFile.Access.WRITE)) {
            file.updateMany(points, now);
        }
    }
}
