package org.buckytools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.testing.CommandRun;
import org.buckytools.cli.testing.WhisperSamples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs beside bucky; their help texts are golden files, written anew with {@code -Dbuckytools.update.golden=true}. */
class SmallProgramTest {
    private static final Path GOLDEN = Path.of("src/test/resources/org/buckytools/cli/help");

    /** A program that is yet to be given its streams. */
    record Maker(String name, Function<Console, SmallProgram> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final Maker GENTESTMETRICS = new Maker(
            "gentestmetrics",
            console -> GenTestMetricsMain.program(console, InstantSource.fixed(Instant.ofEpochSecond(1_000_000))));

    static final Maker FINDHASH = new Maker("findhash", console -> FindHashMain.program(console, () -> "random"));

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(WhisperSamples.NOW));

    static final Maker FILL = new Maker("bucky-fill", console -> BuckyFillMain.program(console, CLOCK));

    static final Maker IS_EMPTY = new Maker("bucky-isempty", console -> BuckyIsEmptyMain.program(console, CLOCK));

    static final Maker SPARSIFY = new Maker("bucky-sparsify", BuckySparsifyMain::program);

    static final Maker PICKLE_RELAY = new Maker(
            "bucky-pickle-relay", console -> PickleRelayMain.program(console, InstantSource.system(), stop -> {}));

    static Stream<Maker> programs() {
        return Stream.of(GENTESTMETRICS, FINDHASH, FILL, IS_EMPTY, SPARSIFY, PICKLE_RELAY);
    }

    static CommandRun run(Maker program, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = program.make().apply(console(out, err)).run(List.of(arguments));
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Console console(OutputStream out, OutputStream err) {
        return new Console(
                new ByteArrayInputStream(new byte[0]), out, new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void printsHelp(Maker program) throws IOException {
        CommandRun help = run(program, "--help");

        Path golden = GOLDEN.resolve(program.name() + ".txt");
        if (Boolean.getBoolean("buckytools.update.golden")) {
            Files.writeString(golden, help.out());
        }
        assertThat(help).isEqualTo(new CommandRun(0, Files.readString(golden), ""));
        assertThat(run(program, "-help")).isEqualTo(help);
        assertThat(run(program, "-h")).isEqualTo(help);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void printsItsVersion(Maker program) {
        CommandRun version = run(program, "--version");

        assertThat(version.out()).matches(program.name() + " [0-9]+\\.[0-9]+\\.[0-9]+.*\n");
        assertThat(version.code()).isZero();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void refusesWhatItDoesNotUnderstand(Maker program) {
        assertThat(run(program, "-nonsense", "x").code()).isEqualTo(2);
        assertThat(run(program, "one", "two").code()).isNotZero();
        assertThat(run(program, "-nonsense").err()).startsWith(program.name() + ": Unknown option: '-nonsense'\n");
        assertThat(run(program, "-nonsense", "x").err())
                .startsWith(program.name() + ": ")
                .endsWith("\n  Run " + program.name() + " --help.\n");
    }

    @Test
    void saysThatAValueIsNoNumber() {
        assertThat(run(GENTESTMETRICS, "-c", "many")).isEqualTo(new CommandRun(2, "", """
                gentestmetrics: Invalid value for option '-c': "many" is not a whole number of 64 bits
                  Run gentestmetrics --help.
                """));
    }

    @Test
    void saysThatADiskIsFullButNotThatAPipeIsClosed() {
        assertThat(runInto(failing("No space left on device")))
                .isEqualTo(new CommandRun(1, "", "gentestmetrics: cannot write the output: No space left on device\n"));
        assertThat(runInto(failing("Broken pipe"))).isEqualTo(new CommandRun(1, "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "-x=0, -x 0 is out of range",
        "-t=-1, -t -1 is out of range",
        "-s=0, -s 0 is out of range",
        "-q=-1, -q -1 is out of range",
        "--resend=-1, --resend -1 is out of range",
        "-p=a b, '\"a b\" cannot begin a metric''s name'",
        "-b=2004, '-b: \"2004\" is not an address; expected [HOST]:PORT'",
        "-i=often, 'Invalid value for option ''-i'': \"often\" is not a time; expected seconds, such as 60 or 60s'"
    })
    void refusesToRelayWithWhatMakesNoSense(String flag, String reason) {
        CommandRun run = run(PICKLE_RELAY, flag, "127.0.0.1:1");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("bucky-pickle-relay: " + reason);
    }

    @Test
    void wantsARelayToHandPicklesOnTo() {
        assertThat(run(PICKLE_RELAY).code()).isEqualTo(2);
        assertThat(run(PICKLE_RELAY, "relay").err())
                .isEqualTo("bucky-pickle-relay: \"relay\" is not an address; expected HOST:PORT\n");
    }

    @Test
    void saysThatItsPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(run(PICKLE_RELAY, "-b", address, "127.0.0.1:1"))
                    .isEqualTo(new CommandRun(
                            1,
                            "",
                            "bucky-pickle-relay: cannot listen on " + address
                                    + ": Address already in use\n  Another port is chosen with -b.\n"));
        }
    }

    private static CommandRun runInto(OutputStream out) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = GENTESTMETRICS.make().apply(console(out, err)).run(List.of());
        return new CommandRun(code, "", err.toString(StandardCharsets.UTF_8));
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }
}
