package org.buckytools.cli.pickle;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.carbon.Endpoint;
import org.buckytools.cli.carbon.LineSafety;
import org.buckytools.cli.option.GoLong;
import org.buckytools.cli.option.GoSeconds;
import org.buckytools.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bucky-pickle-relay}. */
@Command(
        name = "bucky-pickle-relay",
        header = "Take carbon's pickles and hand them on as lines.",
        description = {
            "",
            "Listens for senders of carbon's pickle protocol and writes their points, as lines \"name value time\", to the relay at"
                    + " HOST:PORT. Nothing in a pickle is executed. While the relay is slow or away, senders are made to wait.",
            ""
        },
        sortOptions = false,
        footer = {
            "",
            "SIGTERM and SIGINT stop it: it takes what has arrived, writes what is queued, and ends within 10 seconds."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped, with every point written",
            "1:cannot listen",
            "2:wrong usage",
            "3:stopped, but the relay did not take all points in time"
        })
public final class PickleRelayCommand implements Callable<Integer> {
    private static final int DEFAULT_PICKLE_BYTES = 1024 * 1024;
    private static final int DEFAULT_QUEUE = 64;
    private static final int DEFAULT_RESEND_BYTES = 8 * 1024 * 1024;
    private static final Duration DRAIN = Duration.ofSeconds(10);

    @Parameters(paramLabel = "HOST:PORT", description = "The relay that takes lines.")
    String relay;

    @Option(
            names = "-b",
            paramLabel = "[HOST]:PORT",
            description = "Where to listen for pickles; default :2004, on all addresses.")
    String bind = ":2004";

    @Option(
            names = "-t",
            paramLabel = "SECONDS",
            converter = GoLong.class,
            description = "Close connections on which no whole message came for so long; default 300, 0 for never.")
    Long idleTimeout = 300L;

    @Option(
            names = "-s",
            paramLabel = "SECONDS",
            converter = GoLong.class,
            description = "Connect anew when the relay has taken nothing for so long; default 30.")
    Long sendTimeout = 30L;

    @Option(
            names = "-x",
            paramLabel = "BYTES",
            converter = GoLong.class,
            description = "Largest pickle; default 1048576. A connection that announces a larger one is closed.")
    Long maxPickle = (long) DEFAULT_PICKLE_BYTES;

    @Option(
            names = "-q",
            paramLabel = "N",
            converter = GoLong.class,
            description =
                    "How many batches of lines, mostly one a pickle, may wait for the relay; default 64. Memory bounds them,"
                            + " too.")
    Long queue = (long) DEFAULT_QUEUE;

    @Option(
            names = "--resend",
            paramLabel = "BYTES",
            converter = GoLong.class,
            description =
                    "How much of what was written last is written again after the relay broke off the connection, as it may"
                            + " not have read it; default 8388608. With 0 points can be lost then.")
    Long resend = (long) DEFAULT_RESEND_BYTES;

    @Option(
            names = "-p",
            paramLabel = "PREFIX",
            description =
                    "Stands before the names of its own metrics; default \"bucky-pickle-relay.\" and the host name.")
    String prefix;

    @Option(
            names = "-i",
            paramLabel = "SECONDS",
            converter = GoSeconds.class,
            description = "How often it sends its own metrics; default 60, 0 for never.")
    Duration interval = Duration.ofSeconds(60);

    @Option(names = "-d", description = "Log every connection and every point.")
    boolean debug;

    private final Console console;
    private final InstantSource clock;
    private final Supplier<String> hostName;
    private final Consumer<Supplier<ExitCode>> onSignal;

    /**
     * The command.
     *
     * @param hostName asked for if it is needed
     * @param onSignal is given what to do when the process is told to end; the command itself only returns if it cannot start
     */
    public PickleRelayCommand(
            Console console, InstantSource clock, Supplier<String> hostName, Consumer<Supplier<ExitCode>> onSignal) {
        this.console = console;
        this.clock = clock;
        this.hostName = hostName;
        this.onSignal = onSignal;
    }

    @Override
    public Integer call() throws UserFacingException, InterruptedException {
        RelaySettings settings = settings();
        RelayLog log = new RelayLog(console::say, clock, debug);
        PickleRelay running;
        try {
            running = PickleRelay.start(settings, log, clock);
        } catch (IOException e) {
            throw new UserFacingException(
                    ExitCode.FAILED,
                    "cannot listen on " + bind + ": " + e.getMessage(),
                    List.of(),
                    "Another port is chosen with -b.",
                    e);
        }
        onSignal.accept(() -> stop(running, log));
        String host = bind.substring(0, bind.lastIndexOf(':'));
        log.announce("listening on " + host + ":" + running.port() + ", sending to " + settings.relay()
                + ", own metrics under " + settings.prefix());
        // A signal ends the process.
        new CountDownLatch(1).await();
        return ExitCode.DONE.code();
    }

    private static ExitCode stop(PickleRelay running, RelayLog log) {
        try {
            log.announce("stopping");
            long lost = running.stop();
            log.announce(lost == 0 ? "stopped" : "stopped; the relay did not take " + lost + " points, which are lost");
            return lost == 0 ? ExitCode.DONE : ExitCode.PARTLY;
        } catch (InterruptedException e) {
            return ExitCode.PARTLY;
        }
    }

    private RelaySettings settings() throws UserFacingException {
        long heap = Runtime.getRuntime().maxMemory();
        checkRange("-t", idleTimeout, 0, Integer.MAX_VALUE);
        checkRange("-s", sendTimeout, 1, Integer.MAX_VALUE);
        checkRange("-q", queue, 0, Integer.MAX_VALUE);
        checkRange("--resend", resend, 0, heap / 4);
        // A message is in memory as it came and once more as lines; decoding it can take more, which is asked for
        // below.
        checkRange("-x", maxPickle, 1, heap / 8);
        long treeBytes = heap / 2;
        if (maxPickle * PickleConnection.TREE_BYTES_PER_BYTE > treeBytes) {
            console.say("warning: a pickle of " + maxPickle + " bytes could take more memory than Java was given;"
                    + " BUCKY_JAVA_OPTS=-Xmx" + maxPickle * PickleConnection.TREE_BYTES_PER_BYTE * 2 / 1_000_000
                    + "m would be enough");
        }
        return new RelaySettings(
                bind(),
                relay(),
                Duration.ofSeconds(idleTimeout),
                Duration.ofSeconds(sendTimeout),
                maxPickle.intValue(),
                queue.intValue(),
                heap / 8,
                resend,
                heap / 8,
                treeBytes,
                DRAIN,
                ownPrefix(),
                interval);
    }

    private static void checkRange(String flag, long value, long least, long most) throws UserFacingException {
        if (value < least || value > most) {
            throw UserFacingException.usage(
                    flag + " " + value + " is out of range", "It can be " + least + " to " + most + ".");
        }
    }

    private Endpoint relay() throws UserFacingException {
        try {
            return Endpoint.parseRemote(relay);
        } catch (IllegalArgumentException e) {
            throw new UserFacingException(ExitCode.USAGE, e.getMessage(), List.of(), "", e);
        }
    }

    private InetSocketAddress bind() throws UserFacingException {
        try {
            return Endpoint.parseLocal(bind).toLocalAddress();
        } catch (IllegalArgumentException | IOException e) {
            throw new UserFacingException(ExitCode.USAGE, "-b: " + e.getMessage(), List.of(), "", e);
        }
    }

    private String ownPrefix() throws UserFacingException {
        String own = prefix == null ? "bucky-pickle-relay." + hostName.get() : prefix;
        byte[] bytes = own.getBytes(StandardCharsets.UTF_8);
        if (LineSafety.objection(bytes, 0, bytes.length).isPresent()) {
            throw UserFacingException.usage(
                    "\"" + own + "\" cannot begin a metric's name", "Give another one with -p.");
        }
        return own;
    }
}
