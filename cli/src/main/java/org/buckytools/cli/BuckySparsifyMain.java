package org.buckytools.cli;

import java.util.List;
import org.buckytools.cli.files.SparsifyCommand;
import org.buckytools.cli.files.SparsifyCommandModel;
import org.buckytools.cli.output.Console;

/** The program {@code bucky-sparsify}. */
public final class BuckySparsifyMain {
    private BuckySparsifyMain() {}

    /** Runs it and ends the process. */
    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        int code = program(console).run(List.of(arguments));
        if (ProcessEnd.isToBeForced(code)) {
            System.exit(code);
        }
    }

    static SmallProgram program(Console console) {
        return new SmallProgram(SparsifyCommandModel.of(new SparsifyCommand(console)), console);
    }
}
