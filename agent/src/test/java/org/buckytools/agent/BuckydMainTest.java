package org.buckytools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.DaemonAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BuckydMainTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private ExitCode run(String... arguments) {
        return new BuckydMain(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
    }

    /** Runs with a prefix that is there. */
    private ExitCode runHere(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--prefix", directory.toString()));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static AgentConfig config(String... arguments) throws StartupException {
        BuckydCommand command = new BuckydCommand();
        CommandLine parser = new CommandLine(command);
        parser.parseArgs(BuckydCommand.normalise(parser.getCommandSpec(), List.of(arguments))
                .toArray(String[]::new));
        return command.config();
    }

    @Test
    void takesEveryFlagInTheSpellingsOfGo() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path secret = Files.writeString(directory.resolve("secret"), "x".repeat(32));
        AgentConfig config = config(
                "-node=graphite1",
                "-b",
                ":4343",
                "-prefix",
                directory.toString(),
                "--tmpdir=" + temporary,
                "-sparse",
                "-mtime",
                "-auth-jwt-secret-file",
                secret.toString(),
                "-cache_path=/c",
                "-hash",
                "carbon1",
                "-replicas=2",
                "--no-diverse-replicas",
                "--allow-source",
                "backup,[::1]:99",
                "-timeout",
                "60",
                "-pprof=",
                "graphite1:2003=a",
                "graphite2:2003:b",
                "graphite3");
        assertThat(config.node()).isEqualTo("graphite1");
        assertThat(config.bind()).hasToString("/0.0.0.0:4343");
        assertThat(config.store().root()).isEqualTo(directory.toRealPath());
        assertThat(config.store().temporary()).contains(temporary.toRealPath());
        assertThat(config.store().sparse()).isTrue();
        assertThat(config.store().sourceTimes()).isTrue();
        assertThat(config.trust().secret()).isPresent();
        assertThat(config.listing().fileListCache()).contains(Path.of("/c"));
        assertThat(config.ring().type()).isEqualTo(RingType.CARBON1);
        assertThat(config.ring().replicas()).isEqualTo(2);
        assertThat(config.ring().diverseReplicas()).isFalse();
        assertThat(config.ring().members())
                .containsExactly(
                        new Member("graphite1", 2003, Optional.of("a")),
                        new Member("graphite2", 2003, Optional.of("b")),
                        new Member("graphite3", 0, Optional.empty()));
        assertThat(config.trust().sources())
                .containsExactly(new DaemonAddress("backup", 4343), new DaemonAddress("::1", 99));
        assertThat(config.listing().validity()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void hasTheDefaultsOfGo() throws Exception {
        AgentConfig config = config("-p", directory.toString(), "graphite1");
        assertThat(config.bind()).hasToString("/0.0.0.0:4242");
        assertThat(config.node()).isEqualTo(InetAddress.getLocalHost().getHostName());
        assertThat(config.ring().type()).isEqualTo(RingType.CARBON);
        assertThat(config.ring().replicas()).isEqualTo(1);
        assertThat(config.store().sparse()).isFalse();
        assertThat(config.store().sourceTimes()).isFalse();
        assertThat(config.trust().secret()).isEmpty();
        assertThat(config.listing().fileListCache())
                .contains(Path.of("/var/lib/carbon/carbonserver-file-list-cache.gzip"));
        assertThat(config.listing().validity()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void understandsTheFormsOfAnAddress() throws Exception {
        assertThat(config("-b", "127.0.0.1:1", "-p", directory.toString(), "a").bind())
                .hasToString("/127.0.0.1:1");
        assertThat(config("-b", "127.0.0.1", "-p", directory.toString(), "a").bind())
                .hasToString("/127.0.0.1:4242");
        assertThat(config("-b", "[::1]:7", "-p", directory.toString(), "a").bind())
                .hasToString("/[0:0:0:0:0:0:0:1]:7");
    }

    @Test
    void refusesToMakeCompressedFiles() {
        assertThat(runHere("--compressed", "graphite1")).isEqualTo(ExitCode.USAGE);
        assertThat(err())
                .isEqualTo(
                        "buckyd: --compressed is not supported: this daemon moves compressed Whisper files as they are,"
                                + " but makes none. Start it without --compressed\n");
    }

    @Test
    void refusesTheFlagsOfGosTests() {
        for (String flag : List.of("-testing.v", "--testing.run=x", "-testing.timeout")) {
            err.reset();
            assertThat(runHere(flag, "graphite1")).as(flag).isEqualTo(ExitCode.USAGE);
            assertThat(err())
                    .contains(flag.replaceFirst("=.*", ""))
                    .endsWith("  \"buckyd --help\" lists the options.\n");
        }
    }

    @Test
    void warnsOnceOfEachProfilerThatItHasNot() throws Exception {
        List<String> arguments =
                List.of("-pprof", "localhost:6060", "--pyroscope=p:1", "-p", directory.toString(), "a");
        BuckydCommand command = new BuckydCommand();
        CommandLine parser = new CommandLine(command);
        parser.parseArgs(
                BuckydCommand.normalise(parser.getCommandSpec(), arguments).toArray(String[]::new));
        command.config();
        assertThat(command.warnings())
                .containsExactly(
                        "--pprof has no effect: Java has no such profiler; use jcmd or Java Flight Recorder",
                        "--pyroscope has no effect: Java has no such profiler; use jcmd or Java Flight Recorder");
    }

    @Test
    void doesNotStartWithoutTheSecretItWasTold() throws IOException {
        Path secret = directory.resolve("secret");
        assertThat(runHere("--auth-jwt-secret-file", secret.toString(), "graphite1"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err())
                .isEqualTo(
                        "buckyd: --auth-jwt-secret-file " + secret + " cannot be used: there is no such file; without a"
                                + " secret nobody would be kept out, so buckyd does not start\n");
        err.reset();
        Files.writeString(secret, "\n");
        assertThat(runHere("--auth-jwt-secret-file=" + secret, "graphite1")).isEqualTo(ExitCode.USAGE);
        assertThat(err()).contains(" cannot be used: it is empty; ");
    }

    @Test
    void refusesAPrefixThatCannotBeUsed() throws IOException {
        assertThat(run("-p", directory.resolve("none").toString(), "graphite1")).isEqualTo(ExitCode.USAGE);
        assertThat(err())
                .isEqualTo("buckyd: --prefix " + directory.resolve("none")
                        + " does not exist; create it, or name the right directory with --prefix\n");
        err.reset();
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(run("-p", file.toString(), "graphite1")).isEqualTo(ExitCode.USAGE);
        assertThat(err()).isEqualTo("buckyd: --prefix " + file + " is not a directory\n");
    }

    @Test
    void refusesAWrongRing() {
        assertThat(runHere("--hash", "crush", "graphite1")).isEqualTo(ExitCode.USAGE);
        assertThat(err()).startsWith("buckyd: unknown hash ring 'crush'; known are carbon, ");
        err.reset();
        assertThat(runHere("graphite1:99999")).isEqualTo(ExitCode.USAGE);
        assertThat(err()).startsWith("buckyd: node 'graphite1:99999' has port 99999");
        err.reset();
        assertThat(runHere("graphite1", "graphite1")).isEqualTo(ExitCode.USAGE);
        assertThat(err()).isEqualTo("buckyd: member graphite1 is there twice\n");
    }

    @Test
    void refusesAWrongCommandLine() {
        assertThat(runHere()).isEqualTo(ExitCode.USAGE);
        assertThat(err()).contains("MEMBER").endsWith("  \"buckyd --help\" lists the options.\n");
        assertThat(runHere("-nonsense")).isEqualTo(ExitCode.USAGE);
        assertThat(err()).contains("Unknown option: '-nonsense'");
        for (String flag : List.of("--nonsense", "--replicas=x", "--sparse=maybe", "--timeout=0", "--bind=a:b")) {
            err.reset();
            assertThat(runHere(flag, "graphite1")).as(flag).isEqualTo(ExitCode.USAGE);
            assertThat(err()).as(flag).startsWith("buckyd: ");
        }
    }

    @Test
    void saysWhatToDoAboutAPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(runHere("-b", address, "graphite1")).isEqualTo(ExitCode.FAILED);
            assertThat(err())
                    .isEqualTo("buckyd: cannot listen on " + address
                            + ": Address already in use; is buckyd running already? Another address is chosen with"
                            + " --bind\n");
        }
    }

    @Test
    void printsVersionAndHelpToStandardOutput() {
        assertThat(run("--version")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .matches("buckyd \\(Buckytools for Java\\) \\d+\\.\\d+\\.\\d+\\S*\n");
        out.reset();
        assertThat(run("-help")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Serves the Whisper files")
                .contains(
                        "Usage: buckyd [OPTION]... MEMBER...\n",
                        "--no-diverse-replicas",
                        "Exit status:",
                        "BUCKYD_LOG_LEVEL");
        assertThat(err()).isEmpty();
    }
}
