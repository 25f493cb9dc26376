package org.buckytools.cli;

import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.buckytools.cli.findhash.FindHashCommand;
import org.buckytools.cli.findhash.FindHashCommandModel;
import org.buckytools.cli.output.Console;

/** The program {@code findhash}. */
public final class FindHashMain {
    private FindHashMain() {}

    /** Runs it and ends the process. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        int code = program(console, () -> UUID.randomUUID().toString()).run(List.of(arguments));
        if (ProcessEnd.isToBeForced(code)) {
            System.exit(code);
        }
    }

    static SmallProgram program(Console console, Supplier<String> instances) {
        return new SmallProgram(FindHashCommandModel.of(new FindHashCommand(console, instances)), console);
    }
}
