package org.buckytools.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.buckytools.cli.cluster.HttpClients;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.ManualInterrupts;
import org.buckytools.cli.testing.PlainProgress;
import org.buckytools.cli.transfer.Ticker;
import org.buckytools.cli.transfer.Transfer;

/** The program as a process runs it, with its own client over HTTP, in this process. */
final class Bucky {
    private Bucky() {}

    /** Runs it with {@code host} as BUCKYHOST and {@code input} as standard input. */
    static CommandRun run(String host, String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandRun run = run(host, input, out, arguments);
        return new CommandRun(run.code(), out.toString(StandardCharsets.UTF_8), run.err());
    }

    /** The same, with the bytes of standard output apart. */
    static CommandRun run(String host, String input, OutputStream out, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        InstantSource clock = InstantSource.system();
        Transfer transfer = new Transfer(
                () -> new PlainProgress(console), new ManualInterrupts(), Ticker.system(), clock, new Random(1));
        int code = BuckyMain.run(
                new Surroundings(
                        console,
                        Map.of("BUCKYHOST", host),
                        settings -> new HttpClients(settings, "test", console, clock),
                        transfer,
                        Optional.empty()),
                arguments);
        return new CommandRun(code, "", err.toString(StandardCharsets.UTF_8));
    }
}
