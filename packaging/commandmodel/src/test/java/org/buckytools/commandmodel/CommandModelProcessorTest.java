package org.buckytools.commandmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class CommandModelProcessorTest {
    private static final String IMPORTS = "package sample; import picocli.CommandLine.*; import java.util.*; ";

    @TempDir
    private Path classes;

    @Test
    void modelsDoWhatAnnotationsSay() throws Exception {
        List<String> errors = compile(IMPORTS + """
                @Command(name = "sample", header = "A \\"sample\\".", description = {"", "Two", "lines."},
                        exitCodeListHeading = "Exit:%n", exitCodeList = {"0:good", "1:bad"}, footer = "End.")
                public class Sample extends Between {
                    enum Colour { RED, GREEN }
                    @Parameters(index = "1..*", arity = "0..*", paramLabel = "REST") List<java.nio.file.Path> rest = new ArrayList<>();
                    @Parameters(index = "0") String first;
                    @Option(names = {"-i", "--int"}, description = "By default ${DEFAULT-VALUE}.") int number = 7;
                    @Option(names = "--double") double fraction = 0.5;
                    @Option(names = "--long") Long nothing;
                    @Option(names = "--colour") Colour colour = Colour.GREEN;
                    @Option(names = "--on", negatable = true, defaultValue = "true", fallbackValue = "true") boolean on;
                    @Option(names = "--list", split = ",", hideParamSyntax = true) List<Integer> list;
                    @Option(names = "--hex", converter = Hex.class) long hex;
                    @Mixin Outer outer;
                    @Mixin final Inner inner = new Inner();
                    public String toString() {
                        return first + rest + number + " " + fraction + nothing + colour + on + list + hex + common + outer.nested.deep
                                + inner.verbose;
                    }
                }
                class Common { @Option(names = "--common", required = true) String common; }
                class Between extends Common {}
                class Outer { @Mixin Nested nested; }
                class Nested { @Option(names = "--deep") String deep = "d"; }
                class Inner { @Option(names = "-v") boolean verbose; }
                class Hex implements ITypeConverter<Long> {
                    public Long convert(String text) { return Long.parseLong(text, 16); }
                }
                """);
        assertThat(errors).isEmpty();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> sample = loader.loadClass("sample.Sample");
            Class<?> model = loader.loadClass("sample.SampleModel");
            CommandLine read = new CommandLine(sample.getConstructor().newInstance());
            CommandLine made = new CommandLine((CommandSpec) model.getMethod("of", sample)
                    .invoke(null, sample.getConstructor().newInstance()));

            assertThat(made.getUsageMessage()).isEqualTo(read.getUsageMessage());
            assertThat(made.getCommandName()).isEqualTo("sample");
            assertThat(set(made, "--common", "c", "one"))
                    .isEqualTo("one[]7 0.5nullGREENtruenull0cdfalse")
                    .isEqualTo(set(read, "--common", "c", "one"));
            String[] all = {
                "--common=x",
                "-i",
                "3",
                "--double",
                "2",
                "--long=4",
                "--colour=RED",
                "--no-on",
                "--list=1,2",
                "--hex",
                "ff",
                "--deep",
                "e",
                "-v",
                "a",
                "b",
                "c"
            };
            assertThat(set(made, all))
                    .isEqualTo("a[b, c]3 2.04REDfalse[1, 2]255xetrue")
                    .isEqualTo(set(read, all));
            assertThat(set(made, "--common", "c", "two"))
                    .as("what was typed before is gone")
                    .isEqualTo("two[]7 0.5nullGREENtruenull0cdfalse");
        }
    }

    private static String set(CommandLine command, String... arguments) {
        command.parseArgs(arguments);
        return command.getCommandSpec().userObject().toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            class A { @Option(names = "-a") private int a; }                        | cannot be private
            class A { @Option(names = "-a", interactive = true) int a; }            | interactive of Option
            class A { @Option(names = "-a") void a(int a) {} }                      | only fields
            class A { @Option(names = "-a") Map<String, String> a; }                | type java.util.Map
            class A { @Option(names = "-a") Optional<String> a; }                   | type java.util.Optional
            class A { @Option(names = "-a") String[] a; }                           | type java.lang.String[]
            class A { @Parameters List<String> a; }                                 | arity
            class A { @Mixin(name = "a") B a; } class B { @Option(names = "-b") int b; } | name of Mixin
            class A { @Spec Model.CommandSpec a; }                                  | Spec
            class A { static class B { @Option(names = "-b") int b; } }             | top level
            @Command(name = "a", mixinStandardHelpOptions = true) class A {}        | mixinStandardHelpOptions of Command
            @Command(name = "a") class A {} @Command(name = "b") class B extends A {} | inherit
            """)
    void refusesWhatItDoesNotKnow(String source, String message) throws IOException {
        assertThat(compile(IMPORTS + source)).singleElement().asString().contains(message);
    }

    private List<String> compile(String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavaCompiler.CompilationTask task = compiler.getTask(
                null,
                null,
                found,
                List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path")),
                null,
                List.of(file));
        task.setProcessors(List.of(new CommandModelProcessor()));
        task.call();
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
                .toList();
    }
}
