package org.buckytools.cli.command;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.cli.demo.RunDemo;
import org.buckytools.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bucky demo}. */
@Command(
        name = "demo",
        header = "Rebalance a small cluster of its own and prove that nothing is lost.",
        description = {
            "",
            "Makes some hundred metrics in a temporary folder, starts three daemons on 127.0.1.1 to 127.0.1.3, shows what a"
                    + " third node in the ring means for them, moves them with rebalance --delete, and compares every point on"
                    + " the disks with what was there before. Touches no other cluster and leaves nothing behind.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:every metric is in its place and no point was lost", "1:it failed", "2:wrong usage"})
public final class DemoCommand implements Callable<Integer> {
    private static final int MOST_METRICS = 20_000;

    @Option(
            names = "--metrics",
            paramLabel = "N",
            description = "How many metrics to make, 1 to " + MOST_METRICS + ". Default: ${DEFAULT-VALUE}.")
    int metrics = 400;

    private final Optional<Path> buckyd;
    private final RunDemo.BuckyRunner bucky;
    private final AgentClients.Factory clients;
    private final Console console;

    /**
     * The command, working on these.
     *
     * @param buckyd the daemon's program; empty if nobody said where it is
     */
    public DemoCommand(
            Optional<Path> buckyd, RunDemo.BuckyRunner bucky, AgentClients.Factory clients, Console console) {
        this.buckyd = buckyd;
        this.bucky = bucky;
        this.clients = clients;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (metrics < 1 || metrics > MOST_METRICS) {
            throw UserFacingException.usage("--metrics " + metrics + " is not between 1 and " + MOST_METRICS, "");
        }
        Path program = buckyd.filter(Files::isExecutable)
                .orElseThrow(() -> new UserFacingException(
                        ExitCode.FAILED,
                        "the demo needs buckyd, and it is not beside bucky",
                        List.of(),
                        "Run bin/bucky from a checkout, or install buckyd with bucky."));
        PrintStream out = new PrintStream(console.out(), true, StandardCharsets.UTF_8);
        RunDemo demo = new RunDemo(program, bucky, clients, InstantSource.system(), RandomGenerator.getDefault(), out);
        return (demo.run(metrics) ? ExitCode.DONE : ExitCode.FAILED).code();
    }
}
