package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** {@code inconsistent} where two thirds of very many names are on the wrong node. */
final class InconsistentScenario implements Scenario {
    @Override
    public String name() {
        return "inconsistent";
    }

    @Override
    public String summary() {
        return "inconsistent, 500,000 names on one of three nodes, warm";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        try (NamesOnFirst data = new NamesOnFirst(lab)) {
            byte[] owners = data.names().owners();
            lab.compare("inconsistent, " + data + ", asked for the second time", lab.contenders(programs -> {
                try (RunFolder run = lab.newFolder();
                        Daemons daemons = data.startWarmDaemons(lab, programs, run)) {
                    inconsistent(lab, data, owners, programs, run, daemons);
                    return inconsistent(lab, data, owners, lab.client(programs), run, daemons);
                }
            }));
        }
    }

    private static Measurement inconsistent(
            Lab lab, NamesOnFirst data, byte[] owners, Programs programs, RunFolder run, Daemons daemons)
            throws IOException, InterruptedException {
        Path out = run.file("names");
        Measurement measured = lab.measure(
                daemons,
                programs.bucky("inconsistent", run.path(), List.of("-h", daemons.first())),
                out,
                run,
                new Lab.Work(data.names().count(), 0));
        data.names().checkNames(out, metric -> owners[metric] != 0);
        return measured;
    }
}
