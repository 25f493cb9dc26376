package org.buckytools.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.buckytools.cli.output.Console;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Runs a program that is one command: parses as Go's tools do, prints help and version, turns exceptions into exit codes. */
final class SmallProgram {
    private static final int WIDTH = 100;

    private final Console console;
    private final ErrorReport report;
    private final CommandLine command;
    private final String name;

    /** {@code only} is the command; its name is the program's. */
    SmallProgram(CommandSpec only, Console console) {
        this.console = console;
        command = new CommandLine(only);
        name = command.getCommandName();
        report = new ErrorReport(name, console.err());
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Print this help.")
                        .build())
                .addOption(OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build())
                .versionProvider(() -> new String[] {name + " " + Version.text()});
        command.setPosixClusteredShortOptionsAllowed(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(WIDTH)
                .setParameterExceptionHandler((failure, arguments) -> usageError(failure.getMessage()))
                .setExecutionExceptionHandler((failure, failed, parsed) -> handle(failure));
    }

    /** The command with all its options, for what describes it. */
    CommandLine commandLine() {
        return command;
    }

    /** Runs what the arguments say and gives back what the process is to end with. */
    int run(List<String> arguments) {
        try {
            List<String> normalised = GoFlags.of(command.getCommandSpec()).normalise(arguments);
            StringWriter help = new StringWriter();
            command.setOut(new PrintWriter(help));
            int code = command.execute(normalised.toArray(String[]::new));
            console.print(help.toString());
            console.out().flush();
            return code;
        } catch (IllegalArgumentException e) {
            return usageError(e.getMessage());
        } catch (IOException e) {
            return closedOutput(e);
        }
    }

    private int handle(Exception failure) {
        return switch (failure) {
            case UserFacingException told -> {
                report.print(told);
                yield told.exitCode().code();
            }
            case ParameterException usage -> usageError(usage.getMessage());
            case InterruptedException interrupted -> ExitCode.INTERRUPTED.code();
            case IOException output -> closedOutput(output);
            default -> {
                report.print("this is a defect: " + failure, List.of(), "Please report it with what follows.");
                failure.printStackTrace(console.err());
                yield ExitCode.FAILED.code();
            }
        };
    }

    private int closedOutput(IOException failure) {
        // Whoever reads our output and stops, as head does, has got what was wanted.
        if (!"Broken pipe".equals(failure.getMessage())) {
            report.print("cannot write the output: " + failure.getMessage(), List.of(), "");
        }
        return ExitCode.FAILED.code();
    }

    private int usageError(String what) {
        report.print(what, List.of(), "Run " + name + " --help.");
        return ExitCode.USAGE.code();
    }
}
