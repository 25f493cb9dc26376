package org.buckytools.bench.scenario;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.MetricSet;
import org.buckytools.bench.data.MetricSet.FileShape;
import org.buckytools.bench.data.WhisperTemplates;
import org.buckytools.bench.data.WhisperTemplates.Recent;

/** The rebalances to nodes that have nothing yet: they differ in their files only. */
final class RebalanceScenario implements Scenario {
    private static final int WORKERS = 100;
    private static final long SEED = 1;

    private final String name;
    private final Files files;

    /**
     * What is moved.
     *
     * @param words for people
     * @param templates how many different ones there are
     */
    private record Files(String words, String schema, int count, int templates, Recent recent, FileShape shape) {}

    private RebalanceScenario(String name, Files files) {
        this.name = name;
        this.files = files;
    }

    static RebalanceScenario ofUsualFiles() {
        return new RebalanceScenario(
                "rebalance", new Files("files of 1.36 MB", "60s:30d,15m:2y", 2000, 40, Recent.USUAL, FileShape.DENSE));
    }

    static RebalanceScenario ofSmallFiles() {
        return new RebalanceScenario(
                "small", new Files("files of 12 KB", "60s:1000", 20_000, 40, Recent.NONE, FileShape.DENSE));
    }

    static RebalanceScenario ofSparseFiles() {
        return new RebalanceScenario(
                "sparse",
                new Files(
                        "sparse files of 1.36 MB with 8 KiB of data",
                        "60s:30d,15m:2y",
                        2000,
                        40,
                        Recent.ALL,
                        FileShape.SPARSE));
    }

    static RebalanceScenario ofLargeFiles() {
        return new RebalanceScenario(
                "large", new Files("files of 14.7 MB", "60s:2y,15m:5y", 200, 4, Recent.NONE, FileShape.DENSE));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return "rebalance -w " + WORKERS + " --delete of " + files.words
                + " to empty nodes; beside it cp -r, rsync -a, and a bare, a careful and a told move";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        WhisperTemplates templates = WhisperTemplates.create(
                files.schema,
                files.templates,
                files.recent,
                0,
                InstantSource.system().instant().getEpochSecond(),
                SEED);
        MetricSet metrics = new MetricSet(lab.scaled(files.count), templates, files.shape);
        lab.needRoom(
                (metrics.count() + metrics.foreignToFirst()) * templates.size(),
                2L * metrics.count() + metrics.foreignToFirst());
        Move move = new Move(lab, metrics, Move.Destinations.EMPTY, WORKERS);
        List<Contender> contenders = new ArrayList<>(lab.contenders(move::by));
        boolean isSparse = files.shape == FileShape.SPARSE;
        contenders.addAll(lab.limits(move.copiedByCp(), isSparse ? move.copiedBySparseRsync() : move.copiedByRsync()));
        if (!isSparse) {
            contenders.addAll(lab.limits(move.movedBare(), move.movedWithCare(), move.movedTold()));
        }
        lab.compare(
                String.format(
                        Locale.ROOT,
                        "%,d %s (%,d bytes) on the first of three nodes, %,d to move, -w %d --delete",
                        metrics.count(),
                        files.words,
                        templates.size(),
                        metrics.foreignToFirst(),
                        WORKERS),
                contenders);
    }
}
