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
import org.buckytools.cli.command.Backfill2Command;
import org.buckytools.cli.command.Backfill2CommandModel;
import org.buckytools.cli.command.BackfillCommand;
import org.buckytools.cli.command.BackfillCommandModel;
import org.buckytools.cli.command.CopyCommand;
import org.buckytools.cli.command.CopyCommandModel;
import org.buckytools.cli.command.DeleteCommand;
import org.buckytools.cli.command.DeleteCommandModel;
import org.buckytools.cli.command.DemoCommand;
import org.buckytools.cli.command.DemoCommandModel;
import org.buckytools.cli.command.DuCommand;
import org.buckytools.cli.command.DuCommandModel;
import org.buckytools.cli.command.InconsistentCommand;
import org.buckytools.cli.command.InconsistentCommandModel;
import org.buckytools.cli.command.JsonCommand;
import org.buckytools.cli.command.JsonCommandModel;
import org.buckytools.cli.command.ListCommand;
import org.buckytools.cli.command.ListCommandModel;
import org.buckytools.cli.command.LocateCommand;
import org.buckytools.cli.command.LocateCommandModel;
import org.buckytools.cli.command.ModifyCommand;
import org.buckytools.cli.command.ModifyCommandModel;
import org.buckytools.cli.command.RebalanceCommand;
import org.buckytools.cli.command.RebalanceCommandModel;
import org.buckytools.cli.command.RestoreCommand;
import org.buckytools.cli.command.RestoreCommandModel;
import org.buckytools.cli.command.ServersCommand;
import org.buckytools.cli.command.ServersCommandModel;
import org.buckytools.cli.command.StatCommand;
import org.buckytools.cli.command.StatCommandModel;
import org.buckytools.cli.command.TarCommand;
import org.buckytools.cli.command.TarCommandModel;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.LiveProgress;
import org.buckytools.cli.output.LoggedProgress;
import org.buckytools.cli.output.ProgressView;
import org.buckytools.cli.output.TerminalQuestions;
import org.buckytools.cli.transfer.Ticker;
import org.buckytools.cli.transfer.Transfer;
import picocli.CommandLine;

/** The program {@code bucky}. */
public final class BuckyMain {
    /** Where the programs were installed, or the checkout; the launcher says so. */
    private static final String HOME = "buckytools.home";

    private BuckyMain() {}

    /** Ends the process with one of {@link ExitCode}. */
    public static void main(String[] arguments) {
        HeadStart prepared = HeadStart.ofClients();
        int code = run(ofProcess(prepared), arguments);
        if (ProcessEnd.isToBeForced(code)) {
            System.exit(code);
        }
    }

    /** What never changes of a build's output, by the name of the command that it is help on; see {@link Program#texts}. */
    static Map<String, String> helpTexts() {
        return program(ofProcess(HeadStart.none())).texts();
    }

    /** What a process has around it; clients are made when {@code prepared} has ended. */
    static Surroundings ofProcess(HeadStart prepared) {
        Console console = Console.ofProcess();
        InstantSource clock = InstantSource.system();
        AgentClients.Factory clients = settings -> {
            prepared.await();
            return new HttpClients(settings, Version.text(), console, clock);
        };
        Transfer transfer = new Transfer(
                () -> progress(console, clock),
                new SignalInterrupts(),
                Ticker.system(),
                clock,
                () -> ThreadLocalRandom.current().nextLong());
        Optional<Path> buckyd =
                Optional.ofNullable(System.getProperty(HOME)).map(home -> Path.of(home, "bin", "buckyd"));
        return new Surroundings(console, System.getenv(), clients, transfer, buckyd, new TerminalQuestions());
    }

    /** What it can do, in the order of its help, each with what it works on. */
    private static List<Subcommand> subcommands(Surroundings around) {
        Console console = around.console();
        Transfer transfer = around.transfer();
        InstantSource clock = InstantSource.system();
        Clusters clusters = new Clusters(around.clients());
        return List.of(
                new Subcommand("servers", () -> ServersCommandModel.of(new ServersCommand(clusters, console))),
                new Subcommand("list", () -> ListCommandModel.of(new ListCommand(clusters, console))),
                new Subcommand("locate", () -> LocateCommandModel.of(new LocateCommand(clusters, console))),
                new Subcommand(
                        "inconsistent", () -> InconsistentCommandModel.of(new InconsistentCommand(clusters, console))),
                new Subcommand("du", () -> DuCommandModel.of(new DuCommand(clusters, console))),
                new Subcommand("stat", () -> StatCommandModel.of(new StatCommand(clusters, console))),
                new Subcommand(
                        "rebalance", () -> RebalanceCommandModel.of(new RebalanceCommand(clusters, transfer, console))),
                new Subcommand("copy", () -> CopyCommandModel.of(new CopyCommand(clusters, transfer, console))),
                new Subcommand(
                        "backfill", () -> BackfillCommandModel.of(new BackfillCommand(clusters, transfer, console))),
                new Subcommand(
                        "backfill2", () -> Backfill2CommandModel.of(new Backfill2Command(clusters, transfer, console))),
                new Subcommand("tar", () -> TarCommandModel.of(new TarCommand(clusters, transfer, console))),
                new Subcommand(
                        "restore", () -> RestoreCommandModel.of(new RestoreCommand(clusters, transfer, console))),
                new Subcommand(
                        "delete",
                        () -> DeleteCommandModel.of(new DeleteCommand(clusters, around.questions(), console))),
                new Subcommand("modify", () -> ModifyCommandModel.of(new ModifyCommand(clusters, clock, console))),
                new Subcommand("json", () -> JsonCommandModel.of(new JsonCommand(console))),
                new Subcommand(
                        "demo",
                        () -> DemoCommandModel.of(new DemoCommand(
                                around.buckyd(), command -> run(around, command), around.clients(), console))));
    }

    /** Runs the program as a process would, with surroundings of the caller's. */
    static int run(Surroundings around, String... arguments) {
        return program(around).run(List.of(arguments));
    }

    /** The program with all its subcommands, for what describes it. */
    static CommandLine whole(Surroundings around) {
        return program(around).whole();
    }

    private static Program program(Surroundings around) {
        return new Program(subcommands(around), around.console(), around.environment());
    }

    /** Live on a terminal, lines elsewhere. */
    private static ProgressView progress(Console console, InstantSource clock) {
        return LiveProgress.onTerminal(System::nanoTime)
                .orElseGet(() -> new LoggedProgress(console, System::nanoTime, clock));
    }
}
