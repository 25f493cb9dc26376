package org.buckytools.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.cluster.HttpClients;
import org.buckytools.cli.command.DemoCommand;
import org.buckytools.cli.command.InconsistentCommand;
import org.buckytools.cli.command.ListCommand;
import org.buckytools.cli.command.LocateCommand;
import org.buckytools.cli.command.RebalanceCommand;
import org.buckytools.cli.command.ServersCommand;
import org.buckytools.cli.demo.RunDemo;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.LiveProgress;
import org.buckytools.cli.output.LoggedProgress;
import org.buckytools.cli.output.ProgressView;
import org.buckytools.cli.transfer.Ticker;
import org.buckytools.cli.transfer.Transfer;

/** The program {@code bucky}. */
public final class BuckyMain {
    private BuckyMain() {}

    /** Ends the process with one of {@link ExitCode}. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        InstantSource clock = InstantSource.system();
        AgentClients.Factory clients = settings -> new HttpClients(settings, Version.text(), console, clock);
        Transfer transfer = new Transfer(
                () -> progress(console, clock),
                new SignalInterrupts(),
                Ticker.system(),
                clock,
                () -> ThreadLocalRandom.current().nextLong());
        int code = run(console, System.getenv(), clients, transfer, arguments);
        // Connections that are still open would keep the process from ending by itself.
        System.exit(code);
    }

    /** What it can do, in the order of its help, each with what it works on. */
    private static List<Subcommand> subcommands(
            AgentClients.Factory clients, Transfer transfer, RunDemo.BuckyRunner bucky, Console console) {
        Clusters clusters = new Clusters(clients);
        return List.of(
                new Subcommand("servers", () -> new ServersCommand(clusters, console)),
                new Subcommand("list", () -> new ListCommand(clusters, console)),
                new Subcommand("locate", () -> new LocateCommand(clusters, console)),
                new Subcommand("inconsistent", () -> new InconsistentCommand(clusters, console)),
                new Subcommand("rebalance", () -> new RebalanceCommand(clusters, transfer, console)),
                new Subcommand("demo", () -> new DemoCommand(buckyd(), bucky, clients, console)));
    }

    /** The daemon's launcher, where the launcher that started this process has said where it is. */
    private static Optional<Path> buckyd() {
        return Optional.ofNullable(System.getProperty("buckytools.home")).map(home -> Path.of(home, "bin", "buckyd"));
    }

    /** Runs the program as a process would, with streams, environment, clients and transfers of the caller's. */
    static int run(
            Console console,
            Map<String, String> environment,
            AgentClients.Factory clients,
            Transfer transfer,
            String... arguments) {
        RunDemo.BuckyRunner again = inner -> run(console, environment, clients, transfer, inner);
        List<Subcommand> subcommands = subcommands(clients, transfer, again, console);
        return new Program(subcommands, console, environment).run(List.of(arguments));
    }

    /** Live on a terminal, lines elsewhere. */
    private static ProgressView progress(Console console, InstantSource clock) {
        return LiveProgress.onTerminal(System::nanoTime)
                .orElseGet(() -> new LoggedProgress(console, System::nanoTime, clock));
    }
}
