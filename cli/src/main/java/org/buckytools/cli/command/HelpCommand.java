package org.buckytools.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bucky help}. */
@Command(
        name = "help",
        header = "Print help on a command.",
        description = {"", "Without a command, the list of commands.", ""},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:printed", "2:there is no such command"})
public final class HelpCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "[COMMAND]",
            hideParamSyntax = true,
            description = "What to print help on.")
    List<String> command = List.of();

    private final Function<List<String>, String> helpOn;
    private final Console console;

    /**
     * @param helpOn the help text on a command, or on all if the list is empty; throws a picocli
     *     {@link picocli.CommandLine.ParameterException} if there is no such command
     */
    public HelpCommand(Function<List<String>, String> helpOn, Console console) {
        this.helpOn = helpOn;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        console.print(helpOn.apply(command));
        return ExitCode.DONE.code();
    }
}
