package org.buckytools.cli.files;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.option.GoLong;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.parallel.InOrder;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperFile;
import org.buckytools.whisper.WhisperFile.Access;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.PosixException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bucky-isempty}. */
@Command(
        name = "bucky-isempty",
        header = "Find Whisper files without points.",
        description = {
            "",
            "Prints the path of each file that holds no point. Points that are older than the file keeps do not count; one of the"
                    + " future does. Without FILE, all files below the store are looked at; links in it are not followed.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all files were looked at, whether there are empty ones or not",
            "1:none of the files can be read",
            "2:wrong usage, or there is no such store",
            "3:some files cannot be read, or are none or compressed; the others were looked at"
        })
public final class IsEmptyCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Whisper files, their names ending in .wsp.")
    List<String> files = List.of();

    @Option(
            names = {"-p", "--prefix"},
            paramLabel = "DIRECTORY",
            description = "The store; default /opt/graphite/storage/whisper.")
    String store = "/opt/graphite/storage/whisper";

    @Option(
            names = {"-m", "--metricname"},
            description = "Print names of metrics instead of paths; those of files in the store are relative to it.")
    boolean metricNames;

    @Option(
            names = {"-l", "--last"},
            description = "Print of every file the time and value of its newest point.")
    boolean last;

    @Option(
            names = {"-d", "--debug"},
            description = "Print of every file how many of its points are there.")
    boolean debug;

    // Flags of the Go tool that never did anything there: scripts may give them.
    @SuppressWarnings("UnusedVariable")
    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            converter = GoLong.class,
            description = "Accepted, and without effect as in the Go tool: no list of metrics is kept.")
    Long timeout;

    @SuppressWarnings("UnusedVariable")
    @Option(
            names = "--cache_path",
            paramLabel = "FILE",
            description = "Accepted, and without effect as in the Go tool: go-carbon's list is not read.")
    String cachePath;

    private final Console console;
    private final InstantSource clock;
    private final Tally tally;

    /** The command, printing there. */
    public IsEmptyCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
        this.tally = new Tally("bucky-isempty", console);
    }

    @Override
    public Integer call() throws IOException, UserFacingException, InterruptedException {
        for (String file : files) {
            if (!WhisperFiles.isNamedSo(Path.of(file))) {
                throw UserFacingException.usage(
                        file + " is not named as a Whisper file", "Give files whose names end in .wsp.");
            }
        }
        try (InOrder<Path, Examined> examined =
                new InOrder<>(Runtime.getRuntime().availableProcessors(), this::examine, this::tell)) {
            if (files.isEmpty()) {
                walk(examined);
            } else {
                for (String file : files) {
                    examined.add(Path.of(file));
                }
            }
            examined.finish();
        }
        return tally.exitCode().code();
    }

    /** A file with what it holds, or with why that is not known. */
    private record Examined(Path file, Optional<PointCensus> census, Optional<IOException> failure) {}

    private void walk(InOrder<Path, Examined> examined) throws IOException, UserFacingException {
        Path root = Path.of(store);
        try {
            if (!FileStatus.of(root).isDirectory()) {
                throw unusable(store + " is no directory");
            }
        } catch (PosixException e) {
            throw unusable(e.getMessage());
        }
        WhisperFiles.walk(root, new QueuedFiles(examined, tally, () -> false));
    }

    private static UserFacingException unusable(String what) {
        return new UserFacingException(
                ExitCode.USAGE, what, List.of(), "Give the root of the Whisper files with --prefix, or files.");
    }

    private Examined examine(Path file) {
        try {
            if (!FileStatus.of(file).isRegularFile()) {
                throw new IOException("it is no regular file");
            }
            try (WhisperFile open = WhisperFile.open(file, Access.READ)) {
                PointCensus census = PointCensus.of(open, clock.instant().getEpochSecond());
                return new Examined(file, Optional.of(census), Optional.empty());
            }
        } catch (IOException e) {
            return new Examined(file, Optional.empty(), Optional.of(e));
        }
    }

    /** Throws only what printing throws. */
    private void tell(Examined examined) throws IOException {
        Path file = examined.file();
        if (examined.failure().isPresent()) {
            tally.failed(file, examined.failure().get());
            return;
        }
        PointCensus census = examined.census().orElseThrow();
        tally.done();
        String shown = metricNames ? metricName(file) : file.toString();
        if (last) {
            console.print(
                    shown + census.newest().map(IsEmptyCommand::lastPoint).orElse(": No valid data points") + "\n");
        }
        if (debug) {
            // The Go tool names the first argument here, or nothing, and so do we for those who read its lines.
            console.print(shown + ": " + census.used() + " data points used out of " + census.slots() + " in "
                    + (files.isEmpty() ? "" : files.getFirst()) + "\n");
        }
        if (!last && !debug && census.isEmpty()) {
            console.print(shown + "\n");
        }
    }

    private static String lastPoint(Point point) {
        return ": Most recent DP: " + point.time() + " or " + Instant.ofEpochSecond(point.time()) + "\t"
                + twoDecimals(point.value());
    }

    /** As C and Go print {@code %.2f}: the exact binary value, rounded half to even, a sign on what rounds to zero. */
    static String twoDecimals(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        String digits = new BigDecimal(Math.abs(value))
                .setScale(2, RoundingMode.HALF_EVEN)
                .toPlainString();
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        return negative ? "-" + digits : digits;
    }

    private String metricName(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path root = Path.of(store).toAbsolutePath().normalize();
        Path named = absolute.startsWith(root) ? root.relativize(absolute) : file.normalize();
        String path = named.toString();
        String stem = path.substring(path.startsWith("/") ? 1 : 0, path.length() - ".wsp".length());
        return stem.replace('/', '.');
    }
}
