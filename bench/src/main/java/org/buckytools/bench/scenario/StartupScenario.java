package org.buckytools.bench.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.bench.HelloMain;
import org.buckytools.bench.process.Command;
import org.buckytools.bench.process.Daemons;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Measurement;

/** How long commands take that do next to nothing, beside a Java program that prints one line. */
final class StartupScenario implements Scenario {
    private static final int TIMES = 20;
    private static final Path NOTHING = Path.of("/dev/null");

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String summary() {
        return "--version, --help, help COMMAND, a command with one request, and a daemon until it answers";
    }

    @Override
    public void run(Lab lab) throws IOException, InterruptedException {
        plain(lab, List.of("--version"), false);
        plain(lab, List.of("--help"), false);
        plain(lab, List.of("help", "rebalance"), true);
        oneRequest(lab);
        daemon(lab);
    }

    private static void plain(Lab lab, List<String> words, boolean exitCodeCounts) throws InterruptedException {
        List<Contender> contenders = new ArrayList<>(lab.contenders(programs -> {
            try (RunFolder run = lab.newFolder()) {
                Command command = programs.plainBucky(words);
                // The Go programs have no --version and end with an error after their help, which takes as long.
                return programs.isOurs() || exitCodeCounts
                        ? lab.measure(command, NOTHING, run, Lab.Work.UNCOUNTED)
                        : timed(command.run(lab.children()));
            }
        }));
        contenders.addAll(lab.limits(hello(lab)));
        lab.compareBriefWork("bucky " + String.join(" ", words), TIMES, contenders);
    }

    private static Measurement timed(Command.Finished finished) {
        return new Measurement(finished.seconds(), 0, 0, List.of(finished.as("process")), 0, 0, List.of());
    }

    private static Contender hello(Lab lab) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return Contender.limit("Java hello", () -> {
            try (RunFolder run = lab.newFolder()) {
                return lab.measure(
                        Command.of(
                                java.toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "-cp",
                                HelloMain.classPath().toString(),
                                HelloMain.class.getName()),
                        NOTHING,
                        run,
                        Lab.Work.UNCOUNTED);
            }
        });
    }

    private static void oneRequest(Lab lab) throws IOException, InterruptedException {
        List<Contender> lists = new ArrayList<>();
        List<Contender> servers = new ArrayList<>();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (Programs programs : lab.programs()) {
                RunFolder run = lab.newFolder();
                open.addFirst(run);
                Daemons daemons = lab.startDaemons(programs, run.stores(), run);
                open.addFirst(daemons);
                daemons.awaitAnswers();
                daemons.awaitRest();
                List<String> words = List.of("-s", "-h", daemons.first(), "a.name.of.no.metric");
                lists.add(Contender.of(
                        programs,
                        () -> lab.measure(
                                programs.bucky("list", run.path(), words), NOTHING, run, Lab.Work.UNCOUNTED)));
                List<String> server = List.of("-s", "-h", daemons.first());
                servers.add(Contender.of(
                        programs,
                        () -> lab.measure(
                                programs.bucky("servers", run.path(), server), NOTHING, run, Lab.Work.UNCOUNTED)));
            }
            lists.addAll(lab.limits(hello(lab)));
            lab.compareBriefWork("bucky list -s NAME, on an empty store", TIMES, lists);
            lab.compareBriefWork("bucky servers -s", TIMES, servers);
        } finally {
            closeAll(open);
        }
    }

    private static void closeAll(List<AutoCloseable> open) throws IOException {
        for (AutoCloseable each : open) {
            switch (each) {
                case Daemons daemons -> daemons.close();
                case RunFolder run -> run.close();
                default -> throw new IllegalArgumentException(each.toString());
            }
        }
    }

    private static void daemon(Lab lab) throws InterruptedException {
        lab.compareBriefWork("buckyd on an empty store, until it answers", 1, lab.contenders(programs -> {
            try (RunFolder run = lab.newFolder()) {
                long began = System.nanoTime();
                try (Daemons daemons = lab.startDaemons(programs, run.stores().subList(0, 1), run)) {
                    daemons.markStart();
                    daemons.awaitAnswers();
                    double seconds = (System.nanoTime() - began) / 1e9;
                    return new Measurement(seconds, 0, 0, daemons.usage(), 0, 0, List.of());
                }
            }
        }));
    }
}
