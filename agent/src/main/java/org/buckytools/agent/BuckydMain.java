package org.buckytools.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program {@code buckyd}: reads the command line, starts the daemon, and stops it in order on a signal. */
public final class BuckydMain {
    private static final Set<String> LEVELS = Set.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE", "OFF");

    private final PrintStream out;
    private final PrintStream err;

    BuckydMain(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs until a signal comes, unless the daemon does not start or only a text was asked for. */
    public static void main(String[] arguments) {
        System.exit(
                new BuckydMain(System.out, System.err).run(List.of(arguments)).code());
    }

    /** The definition of the command line, for what describes it: manual pages and completion. */
    public static CommandLine commandLine() {
        // -testing.v is a flag that is not there, as to Go, and not -t with a value.
        return new CommandLine(new BuckydCommand()).setPosixClusteredShortOptionsAllowed(false);
    }

    /** As {@link #main}, without ending the process. */
    ExitCode run(List<String> arguments) {
        CommandLine parser = commandLine()
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        try {
            ParseResult result = parser.parseArgs(
                    BuckydCommand.normalise(parser.getCommandSpec(), arguments).toArray(String[]::new));
            if (CommandLine.printHelpIfRequested(result)) {
                return ExitCode.DONE;
            }
            BuckydCommand command = parser.getCommand();
            start(command);
            return ExitCode.DONE;
        } catch (ParameterException | IllegalArgumentException e) {
            err.println("buckyd: " + e.getMessage());
            err.println("  \"buckyd --help\" lists the options.");
            return ExitCode.USAGE;
        } catch (StartupException e) {
            err.println("buckyd: " + e.getMessage());
            return e.exitCode();
        }
    }

    private static void start(BuckydCommand command) throws StartupException {
        checkEnvironment();
        AgentConfig config = command.config();
        Logger log = LoggerFactory.getLogger(BuckydMain.class);
        command.warnings().forEach(log::warn);
        Agent agent = start(config);
        command.rehearsalFolder().ifPresent(agent::rehearse);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent), "stop"));
        waitForSignal();
    }

    /** The daemon's threads are virtual, and would not keep the process alive. */
    private static void waitForSignal() throws StartupException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new StartupException(ExitCode.FAILED, "interrupted", e);
        }
    }

    private static Agent start(AgentConfig config) throws StartupException {
        try {
            return Agent.start(config, InstantSource.system());
        } catch (BindException e) {
            throw new StartupException(
                    ExitCode.FAILED,
                    "cannot listen on " + config.bind().getHostString() + ":"
                            + config.bind().getPort() + ": " + e.getMessage()
                            + "; is buckyd running already? Another address is chosen with --bind",
                    e);
        } catch (IOException e) {
            throw new StartupException(ExitCode.FAILED, "cannot start: " + e.getMessage(), e);
        }
    }

    /** Java refuses file names beyond ASCII where the locale does not say UTF-8, which is so in units and in cron. */
    private static void checkEnvironment() throws StartupException {
        String encoding = System.getProperty("sun.jnu.encoding");
        if (!"UTF-8".equals(encoding)) {
            throw new StartupException(
                    ExitCode.FAILED,
                    "file names are " + encoding
                            + " in this environment, and metrics with other names could not be read;"
                            + " start buckyd with LC_ALL=C.UTF-8");
        }
        for (String variable : List.of("BUCKYD_LOG_LEVEL", "BUCKYD_ACCESS_LOG_LEVEL")) {
            String level = System.getenv(variable);
            if (level != null && !LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
                throw new StartupException(
                        ExitCode.USAGE,
                        variable + " is \"" + level + "\"; it can be ERROR, WARN, INFO, DEBUG or TRACE");
            }
        }
    }

    private static void stop(Agent agent) {
        ExitCode code;
        try {
            code = agent.stop() ? ExitCode.DONE : ExitCode.CUT_OFF;
        } catch (InterruptedException e) {
            code = ExitCode.CUT_OFF;
        }
        LoggerFactory.getLogger(BuckydMain.class).info("stopped");
        // Java would end with 143 whatever happened, and service managers take that for a failure.
        Runtime.getRuntime().halt(code.code());
    }
}
