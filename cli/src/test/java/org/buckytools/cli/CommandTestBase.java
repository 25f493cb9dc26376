package org.buckytools.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.Questions;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;
import org.buckytools.cli.testing.FakeTicker;
import org.buckytools.cli.testing.ManualInterrupts;
import org.buckytools.cli.testing.PlainProgress;
import org.buckytools.cli.transfer.Transfer;

/** Runs commands as a shell does, against daemons in memory. */
abstract class CommandTestBase {
    /** A test may put another one there. */
    Map<String, String> environment = Map.of("BUCKYHOST", "a");

    /** What the person at the terminal says; there is none unless a test puts one there. */
    Questions answers = Questions.NOBODY;

    final ManualInterrupts interrupts = new ManualInterrupts();

    final CommandRun run(FakeCluster cluster, String... arguments) {
        return runWithInput(cluster, "", arguments);
    }

    final CommandRun runWithInput(FakeCluster cluster, String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        int code = BuckyMain.run(surroundings(cluster, console), arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    final Surroundings surroundings(FakeCluster cluster, Console console) {
        Transfer transfer = new Transfer(
                () -> new PlainProgress(console), interrupts, new FakeTicker(), cluster.clock(), new Random(1));
        return new Surroundings(console, environment, cluster, transfer, Optional.empty(), answers);
    }
}
