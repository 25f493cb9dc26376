package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.buckytools.bench.data.NameTree;
import org.buckytools.bench.data.Nodes;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** What it takes to find one misplaced metric in three thousand among millions, all of whose daemons know their stores. */
final class MillionsScenario implements Scenario {
    private static final int COUNT = 3_000_000;
    private static final int ONE_MISPLACED_IN = 3000;
    private static final int WORKERS = 100;

    /** An inode and an entry for each name; and nearly every folder is in all three stores. */
    private static final long BYTES_PER_NAME = 700;

    @Override
    public String name() {
        return "millions";
    }

    @Override
    public String summary() {
        return "inconsistent and rebalance --no-op, 3,000,000 names on three nodes, 1,000 of them misplaced";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        NameTree names = new NameTree(lab.scaled(COUNT));
        lab.needRoom(names.count() * BYTES_PER_NAME, names.inodes());
        byte[] owners = names.owners();
        IntPredicate misplaced = metric -> metric % ONE_MISPLACED_IN == 0;
        try (RunFolder data = lab.newFolder()) {
            List<Path> stores = data.stores();
            names.write(stores, metric -> (owners[metric] + (misplaced.test(metric) ? 1 : 0)) % Nodes.HOSTS.size());
            String size = String.format(
                    Locale.ROOT,
                    "%,d names in %,d folders on three nodes, %,d of them misplaced, warm",
                    names.count(),
                    names.folders(),
                    (names.count() + ONE_MISPLACED_IN - 1) / ONE_MISPLACED_IN);
            lab.compare("inconsistent, " + size, lab.contenders(programs -> {
                try (RunFolder run = lab.newFolder();
                        Daemons daemons = start(lab, programs, stores, run)) {
                    Path out = run.file("names");
                    Measurement measured = lab.measure(
                            daemons,
                            lab.client(programs).bucky("inconsistent", run.path(), List.of("-h", daemons.first())),
                            out,
                            run,
                            new Lab.Work(names.count(), 0));
                    names.checkNames(out, misplaced);
                    return measured;
                }
            }));
            lab.compare("rebalance --no-op, " + size, lab.contenders(programs -> {
                try (RunFolder run = lab.newFolder();
                        Daemons daemons = start(lab, programs, stores, run)) {
                    // A dry run of the Go programs always ends with 1.
                    return lab.measure(
                            daemons,
                            lab.client(programs)
                                    .bucky(
                                            "rebalance",
                                            run.path(),
                                            List.of("-h", daemons.first(), "-w", Integer.toString(WORKERS), "-no-op")),
                            run.file("plan"),
                            run,
                            new Lab.Work(names.count(), 0),
                            code -> code == 0 || (code == 1 && !programs.isOurs()));
                }
            }));
        }
    }

    private static Daemons start(Lab lab, Programs programs, List<Path> stores, RunFolder run)
            throws IOException, InterruptedException {
        Daemons daemons = lab.startDaemons(programs, stores, run);
        try {
            daemons.awaitAnswers();
            daemons.awaitRest();
        } catch (IOException | InterruptedException e) {
            daemons.close();
            throw e;
        }
        return daemons;
    }
}
