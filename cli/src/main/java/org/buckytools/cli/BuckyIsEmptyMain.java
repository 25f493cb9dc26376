package org.buckytools.cli;

import java.time.InstantSource;
import java.util.List;
import org.buckytools.cli.files.IsEmptyCommand;
import org.buckytools.cli.files.IsEmptyCommandModel;
import org.buckytools.cli.output.Console;

/** The program {@code bucky-isempty}. */
public final class BuckyIsEmptyMain {
    private BuckyIsEmptyMain() {}

    /** Runs it and ends the process. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        int code = program(console, InstantSource.system()).run(List.of(arguments));
        if (ProcessEnd.isToBeForced(code)) {
            System.exit(code);
        }
    }

    static SmallProgram program(Console console, InstantSource clock) {
        return new SmallProgram(IsEmptyCommandModel.of(new IsEmptyCommand(console, clock)), console);
    }
}
