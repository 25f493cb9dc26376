package org.buckytools.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.FakeCluster;

/** Runs commands as a shell does, against daemons in memory. */
abstract class CommandTestBase {
    private static final Map<String, String> ENVIRONMENT = Map.of("BUCKYHOST", "a");

    static CommandRun run(FakeCluster cluster, String... arguments) {
        return runWithInput(cluster, "", arguments);
    }

    static CommandRun runWithInput(FakeCluster cluster, String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        int code = BuckyMain.run(console, ENVIRONMENT, cluster, arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
