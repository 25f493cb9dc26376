package org.buckytools.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.buckytools.cli.command.BuckyCommand;
import org.buckytools.cli.command.BuckyCommandModel;
import org.buckytools.cli.command.HelpCommand;
import org.buckytools.cli.command.HelpCommandModel;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.protocol.client.AgentException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Runs one subcommand out of a list. Only the one that is asked for is made, since making all of them would take longer than
 * most of them run.
 */
final class Program {
    private static final String NAME = "bucky";
    private static final int WIDTH = 100;

    private final List<Subcommand> subcommands;
    private final Console console;
    private final Map<String, String> environment;
    private final ErrorReport report;

    Program(List<Subcommand> subcommands, Console console, Map<String, String> environment) {
        this.subcommands = List.copyOf(subcommands);
        this.console = console;
        this.environment = Map.copyOf(environment);
        this.report = new ErrorReport(NAME, console.err());
    }

    /** Runs what the arguments say and gives back what the process is to end with. */
    int run(List<String> arguments) {
        int code;
        try {
            code = runUnflushed(arguments);
        } catch (OutOfMemoryError e) {
            // Lists of names are what grows; all of this run's work is unreachable now, so there is memory to say so.
            report.print(
                    "there was not enough memory for the lists of metrics",
                    List.of(),
                    "Give more, as in BUCKY_JAVA_OPTS=-Xmx1g.");
            return ExitCode.FAILED.code();
        }
        try {
            console.out().flush();
        } catch (IOException e) {
            return closedOutput(e).code();
        }
        return code;
    }

    private int runUnflushed(List<String> arguments) {
        if (arguments.isEmpty()) {
            return usageError("no command is given", NAME + " help").code();
        }
        String first = arguments.getFirst();
        List<String> rest = arguments.subList(1, arguments.size());
        return switch (first) {
            case "--version", "-version" -> print(versionLine());
            case "help", "--help", "-help", "-h" -> execute(help(), rest);
            default -> {
                Optional<Subcommand> subcommand = find(first);
                if (subcommand.isEmpty()) {
                    yield usageError("there is no command \"" + first + "\"", NAME + " help")
                            .code();
                }
                yield execute(commandLine(subcommand.get()), rest);
            }
        };
    }

    private static String versionLine() {
        return NAME + " " + Version.text() + "\n";
    }

    /** What {@code --version} prints as {@code version}, what {@code help} prints as {@code bucky}, and the help on each command. */
    Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        texts.put("version", versionLine());
        texts.put(NAME, helpOn(List.of()));
        texts.put("help", helpOn(List.of("help")));
        for (Subcommand subcommand : subcommands) {
            texts.put(subcommand.name(), helpOn(List.of(subcommand.name())));
        }
        return texts;
    }

    private Optional<Subcommand> find(String name) {
        return subcommands.stream()
                .filter(subcommand -> subcommand.name().equals(name))
                .findFirst();
    }

    /** The whole program with all its subcommands, for what describes it: help, manual pages, completion. */
    CommandLine whole() {
        CommandLine all = configured(new CommandLine(BuckyCommandModel.of(new BuckyCommand())));
        all.getCommandSpec()
                .addOption(OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build());
        for (Subcommand subcommand : subcommands) {
            all.addSubcommand(subcommand.name(), configured(new CommandLine(subcommand.create())));
        }
        all.addSubcommand("help", configured(new CommandLine(helpCommand())));
        return all;
    }

    private CommandLine commandLine(Subcommand subcommand) {
        return named(configured(new CommandLine(subcommand.create())), subcommand.name());
    }

    private CommandLine help() {
        return named(configured(new CommandLine(helpCommand())), "help");
    }

    private CommandSpec helpCommand() {
        return HelpCommandModel.of(new HelpCommand(this::helpOn, console));
    }

    private static CommandLine named(CommandLine command, String name) {
        command.getCommandSpec().name(NAME + " " + name);
        return command;
    }

    private CommandLine configured(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("--help")
                        .usageHelp(true)
                        .description("Print this help.")
                        .build());
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        return command.setPosixClusteredShortOptionsAllowed(false)
                .setOverwrittenOptionsAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(WIDTH)
                .setDefaultValueProvider(this::defaultOf)
                .setParameterExceptionHandler((failure, arguments) -> usageError(
                                failure.getMessage(), qualifiedName(failure.getCommandLine()) + " --help")
                        .code())
                .setExecutionExceptionHandler(
                        (failure, failed, parsed) -> handle(failure).code());
    }

    private static String qualifiedName(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    private String defaultOf(ArgSpec argument) {
        boolean isHost = argument.isOption()
                && Arrays.asList(((OptionSpec) argument).names()).contains(ClusterOptions.HOST_OPTION);
        String host = environment.getOrDefault("BUCKYHOST", "");
        return isHost && !host.isEmpty() ? host : null;
    }

    private int execute(CommandLine command, List<String> arguments) {
        List<String> normalised;
        try {
            normalised = GoFlags.of(command.getCommandSpec()).normalise(arguments);
        } catch (IllegalArgumentException e) {
            return usageError(e.getMessage(), qualifiedName(command) + " --help")
                    .code();
        }
        StringWriter help = new StringWriter();
        command.setOut(new PrintWriter(help));
        int code = command.execute(normalised.toArray(String[]::new));
        return help.getBuffer().isEmpty() ? code : print(help.toString());
    }

    private String helpOn(List<String> command) {
        if (command.isEmpty()) {
            return whole().getUsageMessage();
        }
        String name = command.getFirst();
        if (name.equals("help")) {
            return help().getUsageMessage();
        }
        Subcommand subcommand =
                find(name).orElseThrow(() -> new ParameterException(help(), "there is no command \"" + name + "\""));
        return commandLine(subcommand).getUsageMessage();
    }

    private int print(String text) {
        try {
            console.print(text);
            return ExitCode.DONE.code();
        } catch (IOException e) {
            return closedOutput(e).code();
        }
    }

    private ExitCode handle(Exception failure) {
        return switch (failure) {
            case UserFacingException told -> {
                report.print(told);
                yield told.exitCode();
            }
            case ParameterException usage ->
                usageError(usage.getMessage(), qualifiedName(usage.getCommandLine()) + " --help");
            case AgentException daemon -> {
                report.print(daemon.getMessage(), List.of(), "");
                yield ExitCode.CLUSTER;
            }
            case InterruptedException interrupted -> ExitCode.INTERRUPTED;
            case IOException output -> closedOutput(output);
            default -> {
                report.print("this is a defect: " + failure, List.of(), "Please report it with what follows.");
                failure.printStackTrace(console.err());
                yield ExitCode.FAILED;
            }
        };
    }

    /** Tasks turn the exceptions of daemons and files into reports, so what is left is standard output. */
    private ExitCode closedOutput(IOException failure) {
        // Whoever reads our output and stops, as head does, has got what was wanted.
        if (!"Broken pipe".equals(failure.getMessage())) {
            report.print("cannot write the output: " + failure.getMessage(), List.of(), "");
        }
        return ExitCode.FAILED;
    }

    private ExitCode usageError(String what, String help) {
        report.print(what, List.of(), "Run " + help + ".");
        return ExitCode.USAGE;
    }
}
