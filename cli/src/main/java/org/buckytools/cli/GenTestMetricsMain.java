package org.buckytools.cli;

import java.time.InstantSource;
import java.util.List;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.testmetrics.TestMetricsCommand;
import org.buckytools.cli.testmetrics.TestMetricsCommandModel;

/** The program {@code gentestmetrics}. */
public final class GenTestMetricsMain {
    private GenTestMetricsMain() {}

    /** Runs it and ends the process. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        int code = program(console, InstantSource.system()).run(List.of(arguments));
        if (ProcessEnd.isToBeForced(code)) {
            System.exit(code);
        }
    }

    static SmallProgram program(Console console, InstantSource clock) {
        return new SmallProgram(TestMetricsCommandModel.of(new TestMetricsCommand(console, clock)), console);
    }
}
