package org.buckytools.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.JsonPrinter;
import org.buckytools.cli.task.ReadLines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bucky json}. */
@Command(
        name = "json",
        header = "Make a JSON array of names.",
        description = {
            "",
            "Prints the names as the JSON array that other commands take for -. They are neither looked for nor sorted; no daemon"
                    + " is asked.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage, or standard input is not UTF-8"})
public final class JsonCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Parameters(
            arity = "0..*",
            paramLabel = "METRIC",
            description = "Names; - for those on standard input, one a line, without the white space around them.")
    List<String> names = new ArrayList<>();

    private final Console console;

    /** The command, working on this. */
    public JsonCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (names.isEmpty()) {
            throw UserFacingException.usage("no metrics are given", "Give names, or - for lines on standard input.");
        }
        boolean isRead = names.getFirst().equals(STANDARD_INPUT);
        if (isRead && names.size() > 1) {
            throw UserFacingException.usage("- reads the names from standard input, so no others can be given", "");
        }
        new JsonPrinter(console.out()).texts(isRead ? ReadLines.stripped(console.in(), "standard input") : names);
        return ExitCode.DONE.code();
    }
}
