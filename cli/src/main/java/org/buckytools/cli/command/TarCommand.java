package org.buckytools.cli.command;

import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.archive.Compression;
import org.buckytools.cli.archive.WriteArchive;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.MetricSelection;
import org.buckytools.cli.option.MetricSelection.WhenEmpty;
import org.buckytools.cli.output.ArchiveReport;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.ProgressView;
import org.buckytools.cli.output.StandardOutput;
import org.buckytools.cli.task.ListMetrics;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.task.NamedMetrics;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bucky tar}. */
@Command(
        name = "tar",
        header = "Write metrics as a tar archive to standard output.",
        description = {
            "",
            "The archive has the metrics' files sorted by name, each under its path below the store, as bucky restore and any tar"
                    + " read them. A metric that several nodes have comes from its owner, or if none of them owns it from the"
                    + " one with the newest point.",
            "A metric that cannot be had is reported and left out; the others are written all the same.",
            "Memory is bounded by -w, however large archive and files are. A file of more than some megabytes is kept in a"
                    + " temporary file until it is whole.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every selected metric is in the archive",
            "1:the archive could not be written",
            "2:wrong usage, or standard output is a terminal",
            "3:a metric or a daemon's metrics are missing",
            "4:the first daemon is down",
            "130:stopped; the archive is not whole"
        })
public final class TarCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    MetricSelection selection;

    @Option(
            names = {"-z", "--gzip"},
            description = "Compress with gzip, on all processors.")
    boolean gzip;

    @Option(names = "--zstd", description = "Compress with zstd, on all processors.")
    boolean zstd;

    @Option(
            names = {"-j", "--json"},
            description = "Say how it went as JSON, on standard error.")
    boolean json;

    private final Clusters clusters;
    private final Transfer transfer;
    private final Console console;

    /** The command, working on these. */
    public TarCommand(Clusters clusters, Transfer transfer, Console console) {
        this.clusters = clusters;
        this.transfer = transfer;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Compression compression = compression();
        requireReceiver();
        ClusterSettings settings = cluster.settings();
        MetricQuery query = selection.query(WhenEmpty.REFUSE, console.in(), settings.rescan());
        try (Cluster nodes = clusters.connect(settings)) {
            Listing listing = new ListMetrics(nodes).run(query);
            int code = Reports.differences(nodes, Reports.missing(listing, console), console);
            WriteArchive.Summary summary;
            try (ProgressView view = transfer.view()) {
                summary = new WriteArchive(
                                nodes, compression, transfer.interrupts(), transfer.ticker()::nanos, view::say)
                        .run(listing, query.names().map(names -> NamedMetrics.wanted(query)), console.channel(), view);
            }
            new ArchiveReport(console, json).print(summary);
            return summary.failed() > 0 ? Math.max(code, ExitCode.PARTLY.code()) : code;
        }
    }

    private Compression compression() throws UserFacingException {
        if (gzip && zstd) {
            throw UserFacingException.usage("-z and --zstd exclude each other", "");
        }
        if (gzip) {
            return Compression.GZIP;
        }
        return zstd ? Compression.ZSTD : Compression.NONE;
    }

    private void requireReceiver() throws UserFacingException {
        if (console.out() instanceof StandardOutput standard) {
            if (standard.isTerminal()) {
                throw UserFacingException.usage(
                        "an archive is not written to a terminal", "Redirect it, as in bucky tar -r REGEX > FILE.");
            }
            if (!standard.isWritable()) {
                throw new UserFacingException(
                        ExitCode.FAILED,
                        "cannot write the archive: standard output is closed",
                        java.util.List.of("Nothing was done."),
                        "Redirect it, as in bucky tar -r REGEX > FILE.");
            }
        }
    }
}
