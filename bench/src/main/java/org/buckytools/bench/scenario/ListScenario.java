package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** {@code list} of very many names that one node has: right after its daemon has started, and when it knows its store. */
final class ListScenario implements Scenario {
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
        try (NamesOnFirst data = new NamesOnFirst(lab)) {
            List<Contender> find = lab.limits(find(lab, data));
            List<Contender> justStarted =
                    new ArrayList<>(lab.contenders(programs -> listJustStarted(lab, data, programs)));
            justStarted.addAll(find);
            lab.compare("list of " + data + ", daemons just started", justStarted);

            List<Contender> warm = new ArrayList<>(lab.contenders(programs -> listWarm(lab, data, programs)));
            warm.addAll(find);
            lab.compare("list of " + data + ", asked for the second time", warm);
        }
    }

    private static Measurement listJustStarted(Lab lab, NamesOnFirst data, Programs programs)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder();
                Daemons daemons = data.startDaemons(lab, programs, run)) {
            return list(lab, data, lab.client(programs), run, daemons);
        }
    }

    private static Measurement listWarm(Lab lab, NamesOnFirst data, Programs programs)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder();
                Daemons daemons = data.startWarmDaemons(lab, programs, run)) {
            list(lab, data, programs, run, daemons);
            return list(lab, data, lab.client(programs), run, daemons);
        }
    }

    static Measurement list(Lab lab, NamesOnFirst data, Programs programs, RunFolder run, Daemons daemons)
            throws IOException, InterruptedException {
        Path out = run.file("names");
        Measurement measured = lab.measure(
                daemons,
                programs.bucky("list", run.path(), List.of("-h", daemons.first())),
                out,
                run,
                new Lab.Work(data.names().count(), 0));
        data.names().checkNames(out);
        return measured;
    }

    private static Contender find(Lab lab, NamesOnFirst data) {
        return Contender.limit("find", () -> {
            try (RunFolder run = lab.newFolder()) {
                return lab.measure(
                        Command.of("find", data.firstStore().toString(), "-name", "*.wsp"),
                        run.file("names"),
                        run,
                        new Lab.Work(data.names().count(), 0));
            }
        });
    }
}
