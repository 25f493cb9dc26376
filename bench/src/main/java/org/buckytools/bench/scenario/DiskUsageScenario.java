package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.NameTree;
import org.buckytools.bench.data.WrongResultException;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** {@code du} of the metrics of two of seven data centers, chosen by an expression. */
final class DiskUsageScenario implements Scenario {
    private static final int DATA_CENTERS = 2;
    private static final int WORKERS = 100;

    @Override
    public String name() {
        return "du";
    }

    @Override
    public String summary() {
        return "du -w " + WORKERS + " -r of 143,000 metrics among 500,000; beside it du of their folders";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        try (NamesOnFirst data = new NamesOnFirst(lab)) {
            int metrics = data.names().countOf(DATA_CENTERS);
            List<Contender> contenders = new ArrayList<>(lab.contenders(programs -> du(lab, data, metrics, programs)));
            contenders.addAll(lab.limits(tool(lab, data, metrics)));
            lab.compare(
                    String.format(Locale.ROOT, "du -w %d -r of %,d metrics; %s, warm", WORKERS, metrics, data),
                    contenders);
        }
    }

    private static Measurement du(Lab lab, NamesOnFirst data, int metrics, Programs programs)
            throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder();
                Daemons daemons = data.startWarmDaemons(lab, programs, run)) {
            Path out = run.file("usage");
            Measurement measured = lab.measure(
                    daemons,
                    lab.client(programs)
                            .bucky(
                                    "du",
                                    run.path(),
                                    List.of(
                                            "-h",
                                            daemons.first(),
                                            "-w",
                                            Integer.toString(WORKERS),
                                            "-r",
                                            NameTree.expression(DATA_CENTERS))),
                    out,
                    run,
                    new Lab.Work(metrics, 0));
            long bytes = metrics * data.names().fileSize();
            // The Go programs log their answer.
            String text = Files.readString(out, StandardCharsets.ISO_8859_1)
                    + Files.readString(run.clientLog(), StandardCharsets.ISO_8859_1);
            if (!text.contains(Long.toString(bytes))) {
                throw new WrongResultException("the answer is not " + bytes + " bytes: " + text.strip());
            }
            return measured;
        }
    }

    /** Every link counted, as the daemons do. */
    private static Contender tool(Lab lab, NamesOnFirst data, int metrics) {
        return Contender.limit("du -lbs", () -> {
            try (RunFolder run = lab.newFolder()) {
                List<String> words = new ArrayList<>(List.of("du", "-lbs"));
                NameTree.folders(data.firstStore(), DATA_CENTERS).forEach(folder -> words.add(folder.toString()));
                return lab.measure(
                        Command.of(words.toArray(String[]::new)), run.file("usage"), run, new Lab.Work(metrics, 0));
            }
        });
    }
}
