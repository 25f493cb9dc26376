package org.buckytools.cli.command;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.files.Interruption;
import org.buckytools.cli.files.ModifyFiles;
import org.buckytools.cli.option.ChangeOptions;
import org.buckytools.cli.option.ConnectionOptions;
import org.buckytools.cli.option.MetricSelection;
import org.buckytools.cli.option.MetricSelection.WhenEmpty;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.ModifyReport;
import org.buckytools.cli.output.ResultPrinter;
import org.buckytools.cli.task.Modified;
import org.buckytools.cli.task.ModifyMetrics;
import org.buckytools.cli.task.ModifySummary;
import org.buckytools.cli.task.ModifyTally;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.reshape.Change;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bucky modify}. */
@Command(
        name = "modify",
        header = "Change retentions, archives, aggregation or xFilesFactor of Whisper files, keeping their points.",
        description = {
            "",
            "With -f, of a file on this machine, or of every .wsp file below a directory; else of metrics of the cluster, by"
                    + " their daemons. Every point stays that the new schema has a place for; a new coarser archive is"
                    + " aggregated from finer points, and a finer one gets those that only a coarser archive had. What is lost"
                    + " is counted; --no-op says so beforehand.",
            "",
            "Carbon may go on writing meanwhile if it locks files. A change that was interrupted is completed when the same"
                    + " command is run again: files that are as wanted are left alone. With -f DIRECTORY,"
                    + " files are taken in the order of names, directory by directory, and after Ctrl-C the first that was not"
                    + " begun is named.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all is as wanted",
            "1:nothing could be changed",
            "2:wrong usage, or there is no such file",
            "3:some files could not be changed, and were named; the others were",
            "4:a daemon is down, disagrees or cannot do this; nothing was changed",
            "130:interrupted; a second run goes on"
        })
public final class ModifyCommand implements Callable<Integer> {
    @Option(
            names = "-f",
            paramLabel = "FILE",
            description =
                    "The file to change, or a directory: all files below it that end in .wsp. No daemon is asked, and"
                            + " no token read.")
    String file = "";

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            description = "A metric of the cluster to change; the same as naming it as an argument. May be repeated.")
    List<String> metrics = new ArrayList<>();

    @Mixin
    ChangeOptions changes;

    @Option(names = "--no-op", description = "Change nothing; print what would become of each file.")
    boolean dryRun;

    @Option(
            names = "--now",
            description = "Accepted, as the Go tool has it: points count as too old by the present in any case.")
    boolean byThePresent;

    @Option(
            names = "--as-of",
            paramLabel = "SECONDS",
            description =
                    "Points count as too old by this time, in seconds since 1970, instead of the present. Default: the clock"
                            + " of the host that has the file.")
    Long asOf;

    @Option(names = "--rescan", description = "Let the daemons rescan their disks first.")
    boolean rescan;

    @Mixin
    MetricSelection selection;

    @Mixin
    ConnectionOptions connection;

    @Mixin
    OutputOptions output;

    private final Clusters clusters;
    private final InstantSource clock;
    private final Console console;

    /** The command, working on these. */
    public ModifyCommand(Clusters clusters, InstantSource clock, Console console) {
        this.clusters = clusters;
        this.clock = clock;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = file.isEmpty() ? connection.settings(rescan) : connection.settingsWithoutDaemons();
        Change change = changes.change();
        OptionalLong now = now();
        selection.add(metrics);
        ResultPrinter printer = output.printer(console);
        ModifyReport report = new ModifyReport(console);
        List<Modified> items = new ArrayList<>();
        ModifyTally tally = new ModifyTally(dryRun, new ModifyTally.Listener() {
            @Override
            public void done(Modified item) throws IOException {
                if (dryRun || settings.verbose()) {
                    printer.modified(item);
                    if (output.isJson()) {
                        items.add(item);
                    }
                }
            }

            @Override
            public void failed(ModifySummary.Failure failure) {
                report.print(failure);
            }
        });
        try (Interruption interruption =
                new Interruption(() -> console.say("bucky: interrupted; finishing the files in hand"))) {
            if (file.isEmpty()) {
                MetricQuery query = selection.query(WhenEmpty.REFUSE, console.in(), rescan);
                try (Cluster nodes = clusters.connect(settings)) {
                    new ModifyMetrics(
                                    nodes,
                                    ChangeOptions.forDaemons(change),
                                    dryRun,
                                    now,
                                    clock,
                                    tally,
                                    interruption::isRequested)
                            .run(query);
                }
            } else {
                modifyFiles(new ModifyFiles(
                        change, now, dryRun, settings.workers(), clock, tally, interruption::isRequested));
            }
            ModifySummary summary = tally.summary(interruption.isRequested());
            printer.modified(summary, items);
            report.print(summary);
            // The process may end when the interruption is closed.
            console.out().flush();
            // A metric that is nowhere is a failure of that one; a file that is named alone is all there was to do.
            return summary.exitCode(file.isEmpty() ? ExitCode.PARTLY : ExitCode.FAILED)
                    .code();
        }
    }

    private void modifyFiles(ModifyFiles task) throws UserFacingException, InterruptedException {
        if (selection.isGiven()) {
            throw UserFacingException.usage(
                    "-f names a file on this machine, so no metrics can be given",
                    "Leave out -f for metrics of the cluster; --rescan lets daemons rescan their disks.");
        }
        try {
            task.run(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw UserFacingException.usage(String.valueOf(e.getMessage()), "Nothing was changed.");
        }
    }

    private OptionalLong now() throws UserFacingException {
        if (asOf == null) {
            return OptionalLong.empty();
        }
        if (byThePresent) {
            throw UserFacingException.usage("--now and --as-of contradict each other", "Give one of them.");
        }
        if (asOf < 0 || asOf > Point.MAX_TIME) {
            throw UserFacingException.usage(
                    "--as-of " + asOf + ": a Whisper file knows times from 0 to " + Point.MAX_TIME, "");
        }
        return OptionalLong.of(asOf);
    }
}
