package org.buckytools.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.buckytools.bench.process.Machine;
import org.buckytools.bench.process.Programs;
import org.buckytools.bench.result.Comparison;
import org.buckytools.bench.result.ComparisonTable;
import org.buckytools.bench.result.JsonResults;
import org.buckytools.bench.scenario.Lab;
import org.buckytools.bench.scenario.Scenario;
import org.buckytools.bench.scenario.Scenarios;
import org.buckytools.bench.scenario.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code bench/run} does. */
@Command(
        name = "bench/run",
        header = "Measures the programs beside others and beside what the machine can do.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every run counts",
            "1:a scenario could not be run",
            "2:bad usage",
            "3:some runs do not count",
            "130:interrupted"
        })
final class BenchCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int PARTLY = 3;
    private static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "Which scenarios to run; all when none is named.")
    private List<String> wanted = new ArrayList<>();

    @Option(names = "--list", description = "Print the scenarios and end.")
    private boolean list;

    @Option(names = "--runs", paramLabel = "N", description = "Runs of each contender (default ${DEFAULT-VALUE}).")
    private int runs = 3;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            description = "Multiplies the numbers of files and names (default ${DEFAULT-VALUE}).")
    private double scale = 1;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where to make the folder for the data, which is removed at the end (default ${DEFAULT-VALUE}).")
    private Path parent = Path.of(System.getenv().getOrDefault("BUCKYTOOLS_BENCH_DIR", "/dev/shm"));

    @Option(
            names = "--bin",
            paramLabel = "DIR",
            required = true,
            description = "The folder of our programs; bench/run gives it.")
    private Path bin;

    @Option(
            names = "--peer",
            paramLabel = "DIR[=FLAGS]",
            description = {
                "A folder with other bucky and buckyd programs, which do the same work in turn with ours. FLAGS are added to",
                "bucky rebalance. Other flags that they need can stand in DIR/" + Programs.FLAGS_FILE + "."
            })
    private List<String> peers = new ArrayList<>();

    @Option(names = "--no-limits", description = "Leave out cp, rsync, tar, find and the like.")
    private boolean noLimits;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write all numbers of all runs to this file.")
    private Optional<Path> json = Optional.empty();

    @Option(
            names = "--jfr",
            paramLabel = "DIR",
            description = {
                "Make flight recordings of our programs in this folder, and print where their time goes. The times of such runs",
                "are not to be compared."
            })
    private Optional<Path> jfr = Optional.empty();

    private final List<Comparison> comparisons = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Scenario> known = new LinkedHashMap<>();
        Scenarios.all().forEach(scenario -> known.put(scenario.name(), scenario));
        if (list) {
            known.values().forEach(scenario -> out.printf("%-12s %s%n", scenario.name(), scenario.summary()));
            return 0;
        }
        List<Scenario> chosen = choose(known);
        Settings settings = new Settings(runs, scale, programs(), !noLimits, jfr.map(Path::toAbsolutePath));
        if (jfr.isPresent()) {
            Files.createDirectories(jfr.get());
        }
        String machine = Machine.describe();
        String began = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        out.println(began + ", " + machine);
        out.flush();
        try (Workplace workplace = Workplace.open(parent)) {
            boolean allRan = run(chosen, settings, workplace, out);
            if (jfr.isPresent()) {
                out.println(HotMethods.ofAll(jfr.get()));
                out.flush();
            }
            if (!allRan) {
                return FAILED;
            }
            return comparisons.stream().allMatch(Comparison::isWhole) ? 0 : PARTLY;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } finally {
            if (json.isPresent()) {
                JsonResults.write(json.get(), machine, began, comparisons);
            }
        }
    }

    private List<Scenario> choose(Map<String, Scenario> known) {
        for (String name : wanted) {
            if (!known.containsKey(name)) {
                throw new ParameterException(
                        spec.commandLine(), "there is no scenario '" + name + "'; there are " + known.keySet());
            }
        }
        return wanted.isEmpty()
                ? List.copyOf(known.values())
                : wanted.stream().map(known::get).toList();
    }

    private List<Programs> programs() throws IOException {
        List<Programs> all = new ArrayList<>(List.of(Programs.ours(bin.toAbsolutePath())));
        for (String peer : peers) {
            all.add(Programs.peer(peer));
        }
        return all;
    }

    /** Whether all scenarios could be run. One that cannot, for want of room or rights, does not keep the others. */
    private boolean run(List<Scenario> chosen, Settings settings, Workplace workplace, PrintWriter out)
            throws InterruptedException {
        int processors = Runtime.getRuntime().availableProcessors();
        PrintWriter error = spec.commandLine().getErr();
        Lab lab = new Lab(settings, workplace.children(), workplace.folder(), error, comparison -> {
            comparisons.add(comparison);
            out.print(new ComparisonTable(comparison, processors));
            out.flush();
        });
        boolean all = true;
        for (Scenario scenario : chosen) {
            try {
                lab.run(scenario);
            } catch (IOException e) {
                all = false;
                out.println("\n" + scenario.name() + ": not run: " + e.getMessage());
                out.flush();
            }
        }
        return all;
    }
}
