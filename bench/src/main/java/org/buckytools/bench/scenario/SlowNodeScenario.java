package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.buckytools.bench.data.MetricSet;
import org.buckytools.bench.data.MetricSet.FileShape;
import org.buckytools.bench.data.Nodes;
import org.buckytools.bench.data.WhisperTemplates;
import org.buckytools.bench.data.WhisperTemplates.Recent;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.PrivateNetwork;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/**
 * A rebalance of all nodes with all others, one of which has a slow link. What is timed is how long the other two take for what
 * they have to give each other: that should not depend on the slow one.
 */
final class SlowNodeScenario implements Scenario {
    private static final int WORKERS = 100;
    private static final int COUNT = 900;
    private static final int TEMPLATES = 40;
    private static final int MEGABITS = 200;
    private static final int SLOW_NODE = 2;
    private static final long SEED = 1;
    private static final long LOOK_MILLIS = 10;

    @Override
    public String name() {
        return "slow";
    }

    @Override
    public String summary() {
        return "rebalance with one node behind a link of " + MEGABITS + " Mbit/s: when are the two others done?";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        WhisperTemplates templates = WhisperTemplates.create(
                "60s:30d,15m:2y",
                TEMPLATES,
                Recent.USUAL,
                0,
                InstantSource.system().instant().getEpochSecond(),
                SEED);
        MetricSet metrics = new MetricSet(lab.scaled(COUNT), templates, FileShape.DENSE);
        lab.needRoom(2L * metrics.count() * templates.size(), 3L * metrics.count());
        // Fails here, and not in each run, where there is no such network.
        lab.privateNetwork().close();
        List<Contender> contenders =
                new ArrayList<>(lab.contenders(programs -> rebalance(lab, metrics, programs, true)));
        Programs ours = lab.programs().getFirst();
        contenders.addAll(lab.limits(
                Contender.limit(ours.name() + ", no slow node", () -> rebalance(lab, metrics, ours, false))));
        lab.compare(
                String.format(
                        Locale.ROOT,
                        "%,d files of %,d bytes, all on wrong nodes, -w %d --delete, one of three nodes behind %d Mbit/s; time"
                                + " until the other two have what they get from each other",
                        metrics.count(),
                        templates.size(),
                        WORKERS,
                        MEGABITS),
                contenders);
    }

    private static Measurement rebalance(Lab lab, MetricSet metrics, Programs programs, boolean slow)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder();
                PrivateNetwork network = lab.privateNetwork()) {
            if (slow) {
                network.limit(Nodes.HOSTS.get(SLOW_NODE), MEGABITS);
            }
            List<Path> stores = run.stores();
            metrics.writeScattered(stores);
            List<Path> awaited = metrics.scatteredBetweenOthersThan(SLOW_NODE, stores);
            Measurement all;
            double seconds;
            try (Daemons daemons = lab.startDaemons(programs, stores, run)) {
                daemons.awaitAnswers();
                daemons.awaitRest();
                Arrivals arrivals = new Arrivals(awaited);
                all = lab.measure(
                        daemons,
                        lab.client(programs)
                                .bucky(
                                        "rebalance",
                                        run.path(),
                                        List.of("-h", daemons.first(), "-w", Integer.toString(WORKERS), "-delete")),
                        Path.of("/dev/null"),
                        run,
                        new Lab.Work(awaited.size(), awaited.size() * metrics.fileSize()));
                seconds = arrivals.seconds().orElse(all.seconds());
            }
            metrics.checkPlaced(stores, false);
            return new Measurement(
                            seconds,
                            all.metrics(),
                            all.bytes(),
                            all.processes(),
                            all.wireBytes(),
                            all.foreignSeconds(),
                            all.notes())
                    .noting(String.format(Locale.ROOT, "all was done after %.1f s", all.seconds()));
        }
    }

    /** Sees when the last of some files comes into being. */
    private static final class Arrivals {
        private final long began = System.nanoTime();
        private final List<Path> awaited;
        private final Thread watcher;
        private volatile long last;

        Arrivals(List<Path> awaited) {
            this.awaited = awaited;
            this.watcher = Thread.ofPlatform().name("arrivals").daemon().start(this::watch);
        }

        private void watch() {
            int arrived = 0;
            try {
                while (arrived < awaited.size()) {
                    while (arrived < awaited.size() && Files.exists(awaited.get(arrived))) {
                        arrived++;
                    }
                    Thread.sleep(LOOK_MILLIS);
                }
                last = System.nanoTime();
            } catch (InterruptedException e) {
                // The rebalance has ended without them; the check of its result says so.
                Thread.currentThread().interrupt();
            }
        }

        /** Empty if they have not all come. */
        Optional<Double> seconds() throws InterruptedException {
            watcher.join(LOOK_MILLIS * 10);
            watcher.interrupt();
            watcher.join();
            return last == 0 ? Optional.empty() : Optional.of((last - began) / 1e9);
        }
    }
}
