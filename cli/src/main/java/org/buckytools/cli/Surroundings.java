package org.buckytools.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.Questions;
import org.buckytools.cli.transfer.Transfer;

/**
 * All that the program touches outside itself.
 *
 * @param console its streams
 * @param environment variables by name
 * @param clients talk to daemons
 * @param transfer moves metrics
 * @param buckyd the daemon's program, for the demo; empty if nobody said where it is
 * @param questions asks the person at the terminal
 */
record Surroundings(
        Console console,
        Map<String, String> environment,
        AgentClients.Factory clients,
        Transfer transfer,
        Optional<Path> buckyd,
        Questions questions) {
    Surroundings {
        requireNonNull(console, "console is null");
        requireNonNull(clients, "clients is null");
        requireNonNull(transfer, "transfer is null");
        requireNonNull(buckyd, "buckyd is null");
        requireNonNull(questions, "questions is null");
        environment = Map.copyOf(environment);
    }

    /** Surroundings without a terminal. */
    Surroundings(
            Console console,
            Map<String, String> environment,
            AgentClients.Factory clients,
            Transfer transfer,
            Optional<Path> buckyd) {
        this(console, environment, clients, transfer, buckyd, Questions.NOBODY);
    }
}
