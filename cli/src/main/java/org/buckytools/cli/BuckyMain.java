package org.buckytools.cli;

import java.util.List;
import java.util.Map;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.command.InconsistentCommand;
import org.buckytools.cli.command.ListCommand;
import org.buckytools.cli.command.LocateCommand;
import org.buckytools.cli.command.ServersCommand;
import org.buckytools.cli.output.Console;

/** The program {@code bucky}. */
public final class BuckyMain {
    private BuckyMain() {}

    /** What it can do, in the order of its help, each with what it works on. */
    private static List<Subcommand> subcommands(Clusters clusters, Console console) {
        return List.of(
                new Subcommand("servers", () -> new ServersCommand(clusters, console)),
                new Subcommand("list", () -> new ListCommand(clusters, console)),
                new Subcommand("locate", () -> new LocateCommand(clusters, console)),
                new Subcommand("inconsistent", () -> new InconsistentCommand(clusters, console)));
    }

    private static Program program(Console console, Map<String, String> environment, AgentClients.Factory clients) {
        return new Program(subcommands(new Clusters(clients), console), console, environment);
    }

    /** Runs the program as a process would, with streams, environment and clients of the caller's. */
    static int run(
            Console console, Map<String, String> environment, AgentClients.Factory clients, String... arguments) {
        return program(console, environment, clients).run(List.of(arguments));
    }
}
