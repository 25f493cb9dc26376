package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.NameTree;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** What a daemon needs in memory for very many names. */
final class MemoryScenario implements Scenario {
    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String summary() {
        return "memory of a daemon with 500,000 names, after two lists of all of them";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        NameTree names = new NameTree(lab.scaled(NamesScenario.COUNT));
        lab.needRoom(names.count() * 300L, names.inodes());
        try (RunFolder data = lab.newFolder()) {
            List<Path> stores = data.stores();
            names.write(stores.getFirst());
            lab.compare(
                    String.format(
                            Locale.ROOT, "%,d names on the first of three nodes, two lists of them", names.count()),
                    lab.contenders(programs -> twoLists(lab, names, stores, programs)));
        }
    }

    private static Measurement twoLists(Lab lab, NameTree names, List<Path> stores, Programs programs)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder();
                Daemons daemons = lab.startDaemons(programs, stores, run)) {
            daemons.awaitAnswers();
            daemons.awaitInventories();
            Path out = run.file("names");
            List<String> arguments = List.of("-h", daemons.first());
            lab.measure(daemons, programs.bucky("list", run.path(), arguments), out, run, Lab.Work.UNCOUNTED);
            Measurement measured =
                    lab.measure(daemons, programs.bucky("list", run.path(), arguments), out, run, Lab.Work.UNCOUNTED);
            names.checkNames(out);
            return measured.noting(String.format(
                    Locale.ROOT, "at the end the first daemon has %.0f MB", daemons.residentBytesOfFirst() / 1e6));
        }
    }
}
