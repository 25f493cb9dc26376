package org.buckytools.cli.testmetrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.carbon.Endpoint;
import org.buckytools.cli.carbon.LineSafety;
import org.buckytools.cli.option.GoLong;
import org.buckytools.cli.output.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gentestmetrics}. */
@Command(
        name = "gentestmetrics",
        header = "Generate points of test metrics, as lines or as load for a relay.",
        description = {
            "",
            "Prints lines \"name value time\", the oldest time first and at each time every metric: test.000000, test.000001 and so"
                    + " on, or the names of a file. With --to it sends the points instead.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all points were written",
            "1:the output could not be written, or the receiver not reached",
            "2:wrong usage, or a file of names that cannot be used"
        })
public final class TestMetricsCommand implements Callable<Integer> {
    /** How Go says that there is none. */
    private static final long NO_FIXED_VALUE = Long.MIN_VALUE;

    private static final double NANOS_PER_SECOND = 1e9;

    /** In what form points are sent. */
    enum Format {
        PLAIN,
        PICKLE
    }

    @Option(
            names = "-c",
            paramLabel = "COUNT",
            converter = GoLong.class,
            description = "How many metrics; default 1000.")
    Long count = 1000L;

    @Option(
            names = "-f",
            paramLabel = "FILE",
            description =
                    "Take the names from this file instead, one a line. White space around them and blank lines are left out.")
    Path file;

    @Option(
            names = "-i",
            paramLabel = "SECONDS",
            converter = GoLong.class,
            description = "Time between two points of a metric; default 60. Times are multiples of it.")
    Long interval = 60L;

    @Option(
            names = "-l",
            paramLabel = "LIMIT",
            converter = GoLong.class,
            description = "Values are random whole numbers from 0 to below this; default 100.")
    Long limit = 100L;

    @Option(names = "-p", paramLabel = "PREFIX", description = "Stands before every name; default \"test.\".")
    String prefix = "test.";

    @Option(
            names = "-s",
            paramLabel = "TIME",
            converter = GoLong.class,
            description = "Epoch seconds of the newest point, from which times run backwards; default is now.")
    Long start;

    @Option(
            names = "-v",
            paramLabel = "VALUE",
            converter = GoLong.class,
            description = "This whole number as every value, instead of random ones.")
    Long value = NO_FIXED_VALUE;

    @Option(
            names = "-x",
            paramLabel = "POINTS",
            converter = GoLong.class,
            description = "How many points of each metric; default 1.")
    Long points = 1L;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            description = "Send to this relay or daemon over TCP instead of printing.")
    String to;

    @Option(
            names = "--format",
            paramLabel = "plain|pickle",
            description = "What --to sends: lines, or carbon's pickles of 500 points; default plain.")
    Format format = Format.PLAIN;

    @Option(
            names = "--rate",
            paramLabel = "POINTS",
            description = "At most so many points a second, evenly; default is as fast as they are taken.")
    Double rate;

    private final Console console;
    private final InstantSource clock;

    /** The command, printing there and taking its default time from this clock. */
    public TestMetricsCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() throws UserFacingException, IOException, InterruptedException {
        checkUsage();
        MetricNames names = names();
        GenerateTestMetrics task = new GenerateTestMetrics(
                names, values(), start == null ? clock.instant().getEpochSecond() : start, interval, points);
        if (to == null) {
            task.run(writer(console.out()));
        } else {
            Endpoint receiver = receiver();
            checkSendable(names);
            send(task, receiver);
        }
        return ExitCode.DONE.code();
    }

    private void checkUsage() throws UserFacingException {
        if (interval == 0) {
            throw UserFacingException.usage("an interval of 0 seconds puts all points on one time", "Give -i SECONDS.");
        }
        if (limit < 1 && value == NO_FIXED_VALUE) {
            throw UserFacingException.usage(
                    "there is no random value below " + limit, "Give -l a number of at least 1.");
        }
        if (rate != null && !(rate > 0 && rate <= NANOS_PER_SECOND)) {
            throw UserFacingException.usage(
                    "--rate " + rate + " is not a rate", "It is in points a second, and more than 0.");
        }
        if (format == Format.PICKLE && to == null) {
            throw UserFacingException.usage("pickles are not for printing", "Give --to HOST:PORT.");
        }
    }

    private MetricNames names() throws UserFacingException {
        if (file == null) {
            return new CountedNames(prefix, count);
        }
        try {
            return new ListedNames(prefix, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw unusable("there is no such file", e);
        } catch (IOException e) {
            throw unusable(e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw unusable(
                    "it is too large for the memory that Java was given; BUCKY_JAVA_OPTS=-Xmx2g gives it more", e);
        }
    }

    private UserFacingException unusable(String why, Throwable cause) {
        return new UserFacingException(
                ExitCode.USAGE, "cannot read the names in " + file + ": " + why, List.of(), "", cause);
    }

    private LongSupplier values() {
        if (value != NO_FIXED_VALUE) {
            long fixed = value;
            return () -> fixed;
        }
        SplittableRandom random = new SplittableRandom();
        if (limit <= Integer.MAX_VALUE) {
            int bound = limit.intValue();
            return () -> random.nextInt(bound);
        }
        long bound = limit;
        return () -> random.nextLong(bound);
    }

    private PointWriter writer(OutputStream out) {
        PointWriter writer = format == Format.PICKLE ? new PickleWriter(out) : new LineWriter(out);
        return rate == null ? writer : new PacedWriter(writer, rate, Stopwatch.system());
    }

    private Endpoint receiver() throws UserFacingException {
        try {
            return Endpoint.parseRemote(to);
        } catch (IllegalArgumentException e) {
            throw new UserFacingException(ExitCode.USAGE, "--to " + e.getMessage(), List.of(), "", e);
        }
    }

    /** A receiver that closes the connection over one name, or takes it for another, is no use for a measurement. */
    private static void checkSendable(MetricNames names) throws UserFacingException, IOException, InterruptedException {
        String[] objection = {null};
        names.forEach((bytes, from, length) -> {
            if (objection[0] == null) {
                Optional<String> found = LineSafety.objection(bytes, from, length);
                found.ifPresent(what -> objection[0] = "a name " + what + " cannot be sent: "
                        + new String(bytes, from, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?"));
            }
        });
        if (objection[0] != null) {
            throw new UserFacingException(ExitCode.USAGE, objection[0], List.of("Nothing was sent."), "");
        }
    }

    private void send(GenerateTestMetrics task, Endpoint receiver)
            throws UserFacingException, IOException, InterruptedException {
        Stopwatch watch = Stopwatch.system();
        try (Receiver connection = Receiver.connect(receiver)) {
            long begin = watch.nanos();
            long sent = task.run(writer(connection.out()));
            double seconds = (watch.nanos() - begin) / NANOS_PER_SECOND;
            connection.finish();
            console.say(String.format(
                    Locale.ROOT, "sent %d points in %.1f s, %.0f a second", sent, seconds, sent / seconds));
        } catch (IOException e) {
            throw new UserFacingException(
                    ExitCode.FAILED,
                    receiver + ": " + e.getMessage(),
                    List.of("How many points it has taken is not known."),
                    "Check that it listens there, and for this format.",
                    e);
        }
    }
}
