package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.buckytools.bench.data.Folders;
import org.buckytools.bench.data.MetricSet;
import org.buckytools.bench.data.MetricSet.Part;
import org.buckytools.bench.lean.LeanMove;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** A rebalance with deletes: all metrics are on the first node, and those that are not its own move to the others. */
final class Move {
    /** What the destinations have before. */
    enum Destinations {
        EMPTY,
        GAPPED
    }

    private static final Path NOTHING = Path.of("/dev/null");

    private final Lab lab;
    private final MetricSet metrics;
    private final Destinations destinations;
    private final int workers;

    Move(Lab lab, MetricSet metrics, Destinations destinations, int workers) {
        this.lab = lab;
        this.metrics = metrics;
        this.destinations = destinations;
        this.workers = workers;
    }

    private Lab.Work work() {
        return new Lab.Work(metrics.foreignToFirst(), metrics.foreignToFirst() * metrics.fileSize());
    }

    /** One run of the programs. */
    Measurement by(Programs programs) throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder()) {
            List<Path> stores = run.stores();
            metrics.write(stores.getFirst(), Part.ALL);
            if (destinations == Destinations.GAPPED) {
                metrics.writeGapped(stores);
            }
            Measurement measured;
            try (Daemons daemons = lab.startDaemons(programs, stores, run)) {
                daemons.awaitAnswers();
                daemons.awaitRest();
                Command client = lab.client(programs)
                        .bucky(
                                "rebalance",
                                run.path(),
                                List.of("-h", daemons.first(), "-w", Integer.toString(workers), "-delete"));
                measured = lab.measure(daemons, client, NOTHING, run, work());
            }
            boolean inexact = destinations == Destinations.GAPPED && !programs.fillsExactly();
            if (metrics.isSparse()) {
                measured = measured.noting(String.format(
                        Locale.ROOT,
                        "the files then take about %.0f MB on disk",
                        MetricSet.allocatedBytes(stores) / 1e6));
            }
            int different = metrics.checkPlaced(stores, inexact);
            return different == 0
                    ? measured
                    : measured.noting(different + " files differ from what an exact fill makes of them");
        }
    }

    /** The same files copied by a public tool from one folder to another. */
    Contender copiedBy(String name, List<String> tool) {
        return Contender.limit(name, () -> {
            try (RunFolder run = lab.newFolder()) {
                Path from = run.file("from");
                Path to = run.file("to");
                metrics.write(from, Part.FOREIGN_TO_FIRST);
                Files.createDirectory(to);
                List<String> words = new ArrayList<>(tool);
                words.add(from + "/.");
                words.add(to.toString());
                Measurement measured = lab.measure(new Command(words, Map.of()), NOTHING, run, work());
                metrics.checkCopy(to, Part.FOREIGN_TO_FIRST);
                return measured;
            }
        });
    }

    /** The same files moved by the system calls alone that every move needs, see {@link LeanMove}. */
    Contender movedBare() {
        return movedLean("bare move", LeanMove.bare(metrics.fileSize()));
    }

    /** The same files moved by the system calls alone that a move needs to lose nothing, see {@link LeanMove}. */
    Contender movedWithCare() {
        return movedLean("careful move", LeanMove.careful(metrics.fileSize()));
    }

    /** As {@link #movedWithCare}, between a client, a source and a destination that tell each other, see {@link LeanMove}. */
    Contender movedTold() {
        return movedLean("told move", LeanMove.told(metrics.fileSize()));
    }

    private Contender movedLean(String name, LeanMove move) {
        return Contender.limit(name, () -> {
            try (RunFolder run = lab.newFolder()) {
                Path from = run.file("from");
                Path to = run.file("to");
                metrics.write(from, Part.FOREIGN_TO_FIRST);
                Files.createDirectory(to);
                // There and back, so that its own code is compiled.
                move.move(from, to);
                move.move(to, from);
                Folders.delete(to);
                Files.createDirectory(to);
                Measurement measured = lab.measureHere(() -> move.move(from, to), work());
                metrics.checkCopy(to, Part.FOREIGN_TO_FIRST);
                return measured;
            }
        });
    }

    Contender copiedByCp() {
        return copiedBy("cp -r", List.of("cp", "-r"));
    }

    Contender copiedBySparseRsync() {
        return copiedBy("rsync -aS", List.of("rsync", "-aS"));
    }

    Contender copiedByRsync() {
        return copiedBy("rsync -a", List.of("rsync", "-a"));
    }
}
