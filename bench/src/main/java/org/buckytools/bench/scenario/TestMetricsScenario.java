package org.buckytools.bench.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.buckytools.bench.data.WrongResultException;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** {@code gentestmetrics} into a file. */
final class TestMetricsScenario implements Scenario {
    private static final String PROGRAM = "gentestmetrics";
    private static final int METRICS = 1_000_000;
    private static final int TIMES = 5;
    private static final int BYTES_PER_LINE = 30;

    @Override
    public String name() {
        return PROGRAM;
    }

    @Override
    public String summary() {
        return PROGRAM + " -c 1000000 -x 5 to a file; beside it seq and awk";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        int metrics = lab.scaled(METRICS);
        lab.needRoom((long) metrics * TIMES * BYTES_PER_LINE, 10);
        List<Contender> contenders = new ArrayList<>();
        for (Programs programs : lab.programs()) {
            if (programs.has(PROGRAM)) {
                contenders.add(Contender.of(
                        programs,
                        () -> lines(
                                lab,
                                metrics,
                                lab.client(programs)
                                        .program(
                                                PROGRAM,
                                                Path.of("/"),
                                                List.of(
                                                        "-c",
                                                        Integer.toString(metrics),
                                                        "-x",
                                                        Integer.toString(TIMES))))));
            }
        }
        contenders.addAll(lab.limits(Contender.limit("seq and awk", () -> lines(lab, metrics, tools(metrics)))));
        lab.compare(String.format(Locale.ROOT, "%s -c %d -x %d to a file", PROGRAM, metrics, TIMES), contenders);
    }

    private static Command tools(int metrics) {
        return Command.of(
                "sh",
                "-c",
                "for t in 1700000000 1700000060 1700000120 1700000180 1700000240; do seq -f test.%06.0f 0 "
                        + (metrics - 1) + " | awk -v t=$t '{ print $0, int(rand() * 100), t }'; done");
    }

    private static Measurement lines(Lab lab, int metrics, Command command) throws IOException, InterruptedException {
        try (RunFolder run = lab.newFolder()) {
            Path out = run.file("lines");
            Measurement measured = lab.measure(command, out, run, new Lab.Work((long) metrics * TIMES, 0));
            long lines = 0;
            try (BufferedReader reader = Files.newBufferedReader(out, StandardCharsets.ISO_8859_1)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (!line.startsWith("test.")) {
                        throw new WrongResultException("a line that is none: " + line);
                    }
                    lines++;
                }
            }
            if (lines != (long) metrics * TIMES) {
                throw new WrongResultException("there are " + lines + " lines, not " + (long) metrics * TIMES);
            }
            return measured;
        }
    }
}
