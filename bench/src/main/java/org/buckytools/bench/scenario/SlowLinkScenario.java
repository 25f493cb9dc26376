package org.buckytools.bench.scenario;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import org.buckytools.bench.data.MetricSet;
import org.buckytools.bench.data.MetricSet.FileShape;
import org.buckytools.bench.data.Nodes;
import org.buckytools.bench.data.WhisperTemplates;
import org.buckytools.bench.data.WhisperTemplates.Recent;
import org.buckytools.bench.process.PrivateNetwork;

/** A rebalance between nodes with slow links, where sending fewer bytes is worth processor time. */
final class SlowLinkScenario implements Scenario {
    private static final int WORKERS = 100;
    private static final int TEMPLATES = 40;
    private static final long SEED = 1;
    private static final double BYTES_PER_MEGABIT = 1e6 / 8;

    @Override
    public String name() {
        return "links";
    }

    @Override
    public String summary() {
        return "rebalance over links of 1 Gbit/s and of 100 Mbit/s, where a network namespace can be made";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        run(lab, 1000, 1000);
        run(lab, 100, 300);
    }

    private static void run(Lab lab, int megabits, int count) throws IOException, InterruptedException {
        WhisperTemplates templates = WhisperTemplates.create(
                "60s:30d,15m:2y",
                TEMPLATES,
                Recent.USUAL,
                0,
                InstantSource.system().instant().getEpochSecond(),
                SEED);
        MetricSet metrics = new MetricSet(lab.scaled(count), templates, FileShape.DENSE);
        lab.needRoom((metrics.count() + metrics.foreignToFirst()) * templates.size(), 3L * metrics.count());
        Move move = new Move(lab, metrics, Move.Destinations.EMPTY, WORKERS);
        try (PrivateNetwork network = lab.privateNetwork()) {
            for (String host : Nodes.HOSTS) {
                network.limit(host, megabits);
            }
            long bytes = metrics.foreignToFirst() * templates.size();
            lab.compare(
                    String.format(
                            Locale.ROOT,
                            "%,d of %,d files of %,d bytes to move, -w %d --delete, links of %,d Mbit/s, on which the bytes"
                                    + " alone take %.1f s",
                            metrics.foreignToFirst(),
                            metrics.count(),
                            templates.size(),
                            WORKERS,
                            megabits,
                            bytes / (megabits * BYTES_PER_MEGABIT)),
                    lab.contenders(move::by));
        }
    }
}
