package org.buckytools.bench.scenario;

import java.io.IOException;
import java.util.Locale;
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
        try (NamesOnFirst data = new NamesOnFirst(lab)) {
            lab.compare(
                    "daemons after two lists of " + data, lab.contenders(programs -> twoLists(lab, data, programs)));
        }
    }

    private static Measurement twoLists(Lab lab, NamesOnFirst data, Programs programs)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder();
                Daemons daemons = data.startWarmDaemons(lab, programs, run)) {
            ListScenario.list(lab, data, programs, run, daemons);
            Measurement measured = ListScenario.list(lab, data, programs, run, daemons);
            return measured.noting(String.format(
                    Locale.ROOT, "at the end the first daemon has %.0f MB", daemons.residentBytesOfFirst() / 1e6));
        }
    }
}
