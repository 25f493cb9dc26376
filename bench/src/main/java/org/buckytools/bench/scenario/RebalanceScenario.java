package org.buckytools.bench.scenario;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.bench.data.MetricSet;
import org.buckytools.bench.data.WhisperTemplates;

/** The rebalances to nodes that have nothing yet: they differ in their files only. */
final class RebalanceScenario implements Scenario {
    private static final int WORKERS = 100;
    private static final int TEMPLATES = 40;
    private static final double ONE_DAY_SHARE = 0.3;
    private static final long SEED = 1;

    private final String name;
    private final String files;
    private final String schema;
    private final int count;
    private final double oneDayShare;
    private final MetricSet.FileShape shape;

    private RebalanceScenario(
            String name, String files, String schema, int count, double oneDayShare, MetricSet.FileShape shape) {
        this.name = name;
        this.files = files;
        this.schema = schema;
        this.count = count;
        this.oneDayShare = oneDayShare;
        this.shape = shape;
    }

    static RebalanceScenario ofLargeFiles() {
        return new RebalanceScenario(
                "rebalance", "files of 1.36 MB", "60s:30d,15m:2y", 2000, ONE_DAY_SHARE, MetricSet.FileShape.DENSE);
    }

    static RebalanceScenario ofSmallFiles() {
        return new RebalanceScenario(
                "small", "files of 12 KB", "60s:1000", 20_000, ONE_DAY_SHARE, MetricSet.FileShape.DENSE);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return "rebalance -w " + WORKERS + " --delete of " + files + " to empty nodes; beside it cp -r and rsync -a";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        WhisperTemplates templates = WhisperTemplates.create(
                schema,
                TEMPLATES,
                oneDayShare,
                0,
                InstantSource.system().instant().getEpochSecond(),
                SEED);
        MetricSet metrics = new MetricSet(lab.scaled(count), templates, shape);
        lab.needRoom(
                (metrics.count() + metrics.foreignToFirst()) * templates.size(),
                2L * metrics.count() + metrics.foreignToFirst());
        Move move = new Move(lab, metrics, Move.Destinations.EMPTY, WORKERS);
        List<Contender> contenders = new ArrayList<>(lab.contenders(move::by));
        contenders.addAll(lab.limits(move.copiedByCp(), move.copiedByRsync()));
        lab.compare(
                String.format(
                        java.util.Locale.ROOT,
                        "%,d files of %,d bytes on the first of three nodes, %,d to move, -w %d --delete",
                        metrics.count(),
                        templates.size(),
                        metrics.foreignToFirst(),
                        WORKERS),
                contenders);
    }
}
