package org.buckytools.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.buckytools.cli.output.Console;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes what bash completes the programs' arguments with. Run when the programs are packaged. */
final class CompletionFilesMain {
    private CompletionFilesMain() {}

    /**
     * Writes a file under the name of each program of this module, as bash-completion looks for it.
     *
     * @param arguments the directory, which is made if need be
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Files.createDirectories(directory);
        for (Map.Entry<String, String> script : scripts().entrySet()) {
            Files.writeString(directory.resolve(script.getKey()), script.getValue());
        }
    }

    /** The scripts by the names of the programs. */
    static Map<String, String> scripts() {
        Console console = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        InstantSource clock = InstantSource.system();
        List<SmallProgram> small = List.of(
                BuckyFillMain.program(console, clock),
                BuckyIsEmptyMain.program(console, clock),
                BuckySparsifyMain.program(console),
                FindHashMain.program(console, () -> ""),
                GenTestMetricsMain.program(console, clock),
                PickleRelayMain.program(console, clock, stop -> {}));
        CommandLine bucky = BuckyMain.whole(BuckyMain.ofProcess(HeadStart.none()));
        completeCommandsAfterHelp(bucky);
        List<CommandLine> programs = new ArrayList<>();
        programs.add(bucky);
        small.forEach(program -> programs.add(program.commandLine()));

        Map<String, String> scripts = new TreeMap<>();
        for (CommandLine program : programs) {
            scripts.put(program.getCommandName(), AutoComplete.bash(program.getCommandName(), program));
        }
        return scripts;
    }

    private static void completeCommandsAfterHelp(CommandLine bucky) {
        CommandSpec help = bucky.getSubcommands().get("help").getCommandSpec();
        for (PositionalParamSpec parameter : List.copyOf(help.positionalParameters())) {
            help.remove(parameter);
            help.addPositional(parameter.toBuilder()
                    .completionCandidates(bucky.getSubcommands().keySet())
                    .build());
        }
    }
}
