package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.NameTree;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** {@code list} of very many names that one node has: right after its daemon has started, and when it knows its store. */
final class NamesScenario implements Scenario {
    static final int COUNT = 500_000;

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String summary() {
        return "list of 500,000 names, daemons just started and warm; beside it find";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        NameTree names = new NameTree(lab.scaled(COUNT));
        lab.needRoom(names.count() * 300L, names.inodes());
        try (RunFolder data = lab.newFolder()) {
            List<Path> stores = data.stores();
            names.write(stores.getFirst());
            String size = String.format(
                    Locale.ROOT,
                    "%,d names in %,d folders on the first of three nodes",
                    names.count(),
                    names.folders());
            List<Contender> find = lab.limits(find(lab, names, stores.getFirst()));

            List<Contender> justStarted =
                    new ArrayList<>(lab.contenders(programs -> list(lab, names, stores, programs, State.JUST_STARTED)));
            justStarted.addAll(find);
            lab.compare("list of " + size + ", daemons just started", justStarted);

            List<Contender> warm =
                    new ArrayList<>(lab.contenders(programs -> list(lab, names, stores, programs, State.WARM)));
            warm.addAll(find);
            lab.compare("list of " + size + ", warm", warm);
        }
    }

    private enum State {
        /** The daemon answers, and has just begun to look through its store. */
        JUST_STARTED,
        /** The daemon has its inventory, and has been asked for all of it once. */
        WARM
    }

    private static Measurement list(Lab lab, NameTree names, List<Path> stores, Programs programs, State state)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder();
                Daemons daemons = lab.startDaemons(programs, stores, run)) {
            daemons.awaitAnswers();
            List<String> arguments = List.of("-h", daemons.first());
            Path out = run.file("names");
            if (state == State.WARM) {
                daemons.awaitInventories();
                lab.measure(daemons, programs.bucky("list", run.path(), arguments), out, run, Lab.Work.UNCOUNTED);
            }
            Measurement measured = lab.measure(
                    daemons,
                    lab.client(programs).bucky("list", run.path(), arguments),
                    out,
                    run,
                    new Lab.Work(names.count(), 0));
            names.checkNames(out);
            return measured;
        }
    }

    private static Contender find(Lab lab, NameTree names, Path store) {
        return Contender.limit("find", () -> {
            try (RunFolder run = lab.newFolder()) {
                return lab.measure(
                        org.buckytools.bench.process.Command.of("find", store.toString(), "-name", "*.wsp"),
                        run.file("names"),
                        run,
                        new Lab.Work(names.count(), 0));
            }
        });
    }
}
