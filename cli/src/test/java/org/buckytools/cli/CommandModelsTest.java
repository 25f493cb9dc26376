package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.buckytools.cli.output.Console;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The models that are made when commands are compiled are those that picocli makes of the annotations itself. */
class CommandModelsTest {
    /** The annotated objects of all programs and commands. */
    static Stream<Object> commands() {
        Console console = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        InstantSource clock = InstantSource.system();
        CommandLine bucky = BuckyMain.whole(BuckyMain.ofProcess(HeadStart.none()));
        List<CommandLine> all = new ArrayList<>(bucky.getSubcommands().values());
        all.add(bucky);
        all.add(BuckyFillMain.program(console, clock).commandLine());
        all.add(BuckyIsEmptyMain.program(console, clock).commandLine());
        all.add(BuckySparsifyMain.program(console).commandLine());
        all.add(FindHashMain.program(console, () -> "").commandLine());
        all.add(GenTestMetricsMain.program(console, clock).commandLine());
        all.add(PickleRelayMain.program(console, clock, stop -> {}).commandLine());
        return all.stream().map(command -> command.getCommandSpec().userObject());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void areThoseThatPicocliReads(Object command) throws ReflectiveOperationException {
        Class<?> type = command.getClass();
        CommandSpec made = (CommandSpec)
                Class.forName(type.getName() + "Model").getMethod("of", type).invoke(null, command);
        CommandSpec read = CommandSpec.forAnnotatedObject(command);

        assertThat(made.userObject()).isSameAs(command);
        assertThat(made.options()).hasSameSizeAs(read.options());
        for (int i = 0; i < made.options().size(); i++) {
            assertThat(described(made.options().get(i)))
                    .isEqualTo(described(read.options().get(i)));
        }
        assertThat(made.positionalParameters()).hasSameSizeAs(read.positionalParameters());
        for (int i = 0; i < made.positionalParameters().size(); i++) {
            assertThat(described(made.positionalParameters().get(i)))
                    .isEqualTo(described(read.positionalParameters().get(i)));
        }
        assertThat(made.negatedOptionsMap().keySet())
                .isEqualTo(read.negatedOptionsMap().keySet());
        assertThat(made.requiredArgs()).hasSameSizeAs(read.requiredArgs());
        assertThat(described(made)).isEqualTo(described(read));
        assertThat(new CommandLine(made).getUsageMessage()).isEqualTo(new CommandLine(read).getUsageMessage());
    }

    private static Map<String, Object> described(CommandSpec command) {
        UsageMessageSpec usage = command.usageMessage();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", command.name());
        all.put("subcommands", command.subcommands().keySet());
        all.put("aliases", List.of(command.aliases()));
        all.put("version", List.of(command.version()));
        all.put("exit codes", List.of(command.exitCodeOnInvalidInput(), command.exitCodeOnExecutionException()));
        all.put("header", List.of(usage.header()));
        all.put("description", List.of(usage.description()));
        all.put("footer", List.of(usage.footer()));
        all.put("exit code list", new ArrayList<>(usage.exitCodeList().entrySet()));
        all.put("exit code list heading", usage.exitCodeListHeading());
        all.put("command list heading", usage.commandListHeading());
        all.put("synopsis subcommand label", usage.synopsisSubcommandLabel());
        all.put("sort options", usage.sortOptions());
        all.put("unmatched", command.parser().unmatchedArgumentsAllowed());
        return all;
    }

    private static Map<String, Object> described(OptionSpec option) {
        Map<String, Object> all = described((ArgSpec) option);
        all.put("names", List.of(option.names()));
        all.put("negatable", option.negatable());
        all.put("fallback", option.fallbackValue());
        all.put("usage help", option.usageHelp());
        all.put("version help", option.versionHelp());
        all.put("order", option.order());
        return all;
    }

    private static Map<String, Object> described(PositionalParamSpec parameters) {
        Map<String, Object> all = described((ArgSpec) parameters);
        all.put("index", parameters.index());
        return all;
    }

    private static Map<String, Object> described(ArgSpec argument) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("label", argument.paramLabel());
        all.put("hide syntax", argument.hideParamSyntax());
        all.put("description", List.of(argument.description()));
        all.put("arity", argument.arity());
        all.put("type", argument.type());
        all.put("auxiliary types", List.of(argument.auxiliaryTypes()));
        all.put(
                "converters",
                Arrays.stream(argument.converters()).map(Object::getClass).toList());
        all.put("split", argument.splitRegex());
        all.put("default", argument.defaultValue());
        all.put("default in texts", argument.defaultValueString());
        all.put("shows default", argument.showDefaultValue());
        all.put("initial", argument.initialValue());
        all.put("has initial", argument.hasInitialValue());
        all.put("value", argument.getValue());
        all.put("required", List.of(argument.required(), argument.originallyRequired()));
        all.put("hidden", argument.hidden());
        all.put("interactive", argument.interactive());
        all.put("scope", argument.scopeType());
        Iterable<String> candidates = argument.completionCandidates();
        all.put("completed to", candidates == null ? "" : candidates.toString());
        return all;
    }
}
