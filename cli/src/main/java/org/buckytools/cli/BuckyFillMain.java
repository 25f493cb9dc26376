package org.buckytools.cli;

import java.time.InstantSource;
import java.util.List;
import org.buckytools.cli.files.FillCommand;
import org.buckytools.cli.files.FillCommandModel;
import org.buckytools.cli.output.Console;

/** The program {@code bucky-fill}. */
public final class BuckyFillMain {
    private BuckyFillMain() {}

    /** Runs it and ends the process. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        int code = program(console, InstantSource.system()).run(List.of(arguments));
        if (ProcessEnd.isToBeForced(code)) {
            System.exit(code);
        }
    }

    static SmallProgram program(Console console, InstantSource clock) {
        return new SmallProgram(FillCommandModel.of(new FillCommand(console, clock)), console);
    }
}
