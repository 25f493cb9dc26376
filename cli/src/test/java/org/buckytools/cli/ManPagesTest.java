package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import org.buckytools.agent.BuckydMain;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.testing.FakeCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * The pages in {@code man} are made from the definitions of the commands. A run with
 * {@code -Dbuckytools.update.golden=true} writes them anew.
 */
@Tag("slow")
final class ManPagesTest extends CommandTestBase {
    private static final Path MAN = Path.of("..", "man");

    @Test
    void everyProgramAndCommandHasAManualPageThatSaysWhatItsHelpSays() throws IOException {
        Map<String, String> pages = pages();
        if (Boolean.getBoolean("buckytools.update.golden")) {
            write(pages);
        }
        assertThat(present()).isEqualTo(pages.keySet());
        for (Map.Entry<String, String> page : pages.entrySet()) {
            assertThat(Files.readString(MAN.resolve(page.getKey())))
                    .as("man/%s", page.getKey())
                    .isEqualTo(page.getValue());
        }
    }

    private static void write(Map<String, String> pages) throws IOException {
        for (String stale : present()) {
            Files.delete(MAN.resolve(stale));
        }
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.writeString(MAN.resolve(page.getKey()), page.getValue());
        }
    }

    private static Set<String> present() throws IOException {
        try (Stream<Path> files = Files.list(MAN)) {
            Set<String> names = new HashSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".1"))
                    .forEach(names::add);
            return names;
        }
    }

    private Map<String, String> pages() {
        Map<String, String> pages = new TreeMap<>();
        try (Asciidoctor asciidoctor = Asciidoctor.Factory.create()) {
            Options options = Options.builder()
                    .backend("manpage")
                    .standalone(true)
                    .safe(SafeMode.SECURE)
                    .attributes(Attributes.builder()
                            .attribute("manmanual", "Buckytools")
                            .attribute("mansource", "Buckytools for Java")
                            .attribute("reproducible", "")
                            .build())
                    .build();
            for (CommandSpec command : commands()) {
                String page = asciidoctor.convert(asciiDoc(command), options);
                pages.put(command.qualifiedName("-") + ".1", page);
            }
        }
        return pages;
    }

    private List<CommandSpec> commands() {
        Console nowhere = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        CommandLine bucky = BuckyMain.whole(surroundings(FakeCluster.ofThree(), nowhere));
        List<CommandSpec> commands = new ArrayList<>();
        commands.add(bucky.getCommandSpec());
        for (CommandLine subcommand : bucky.getSubcommands().values()) {
            commands.add(subcommand.getCommandSpec());
        }
        commands.add(BuckydMain.commandLine().getCommandSpec());
        SmallProgramTest.programs()
                .forEach(program ->
                        commands.add(program.make().apply(nowhere).commandLine().getCommandSpec()));
        return commands;
    }

    private static String asciiDoc(CommandSpec command) {
        StringWriter text = new StringWriter();
        ManPageGenerator.writeSingleManPage(new PrintWriter(text), command);
        // The headings of the help end with a colon, those of a manual page do not.
        return text.toString().replaceAll("(?m)^(== .*):$", "$1");
    }
}
