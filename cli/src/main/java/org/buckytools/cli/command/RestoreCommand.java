package org.buckytools.cli.command;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.archive.RestoreArchive;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.output.ArchiveReport;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.ProgressView;
import org.buckytools.cli.transfer.Transfer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bucky restore}. */
@Command(
        name = "restore",
        header = "Bring the metrics of a tar archive to where the ring wants them.",
        description = {
            "",
            "Every owner gets each metric. One that is there is filled: no point that it has is changed. The archive may be"
                    + " compressed with gzip or zstd, and may hold sparse files.",
            "Directories and links are skipped. Entries whose names would leave the store, or are no metrics' names, are refused;"
                    + " so is what is no Whisper file. The others are restored all the same.",
            "To restore the same archive once more changes nothing, so it can be run again whatever ended it.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything was restored",
            "1:the archive is cut off or damaged, and nothing was restored",
            "2:wrong usage, or not a tar archive; nothing was changed",
            "3:a part was restored; what was not is reported",
            "4:a daemon is down or the daemons disagree; nothing was changed",
            "130:stopped; what was in flight is finished"
        })
public final class RestoreCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Parameters(paramLabel = "FILE", description = "The archive; - for standard input.")
    String file;

    @Option(
            names = "-p",
            paramLabel = "PREFIX",
            description = "Path to put before the paths in the archive, if that begins somewhere below the store.")
    String prefix = "";

    @Mixin
    ClusterOptions cluster;

    @Option(
            names = {"-j", "--json"},
            description = "Print how it went as JSON.")
    boolean json;

    private final Clusters clusters;
    private final Transfer transfer;
    private final Console console;

    /** The command, working on these. */
    public RestoreCommand(Clusters clusters, Transfer transfer, Console console) {
        this.clusters = clusters;
        this.transfer = transfer;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        try (InputStream archive = open();
                Cluster nodes = clusters.connect(settings)) {
            if (!settings.single()) {
                nodes.requireHealthy();
            }
            RestoreArchive.Summary summary;
            try (ProgressView view = transfer.view()) {
                summary = new RestoreArchive(nodes, prefix, transfer.interrupts(), transfer.ticker()::nanos)
                        .run(archive, view);
            }
            if (summary.broken().isPresent() && !summary.isArchive()) {
                throw new UserFacingException(
                        ExitCode.USAGE,
                        name() + " is not a tar archive: " + summary.broken().get(),
                        List.of("Nothing was changed."),
                        "");
            }
            new ArchiveReport(console, json).print(summary, name());
            return code(summary).code();
        }
    }

    private static ExitCode code(RestoreArchive.Summary summary) {
        if (summary.isStopped()) {
            return ExitCode.INTERRUPTED;
        }
        if (summary.broken().isPresent()) {
            return summary.restored() > 0 ? ExitCode.PARTLY : ExitCode.FAILED;
        }
        return summary.failed() > 0 ? ExitCode.PARTLY : ExitCode.DONE;
    }

    private String name() {
        return file.equals(STANDARD_INPUT) ? "standard input" : file;
    }

    private InputStream open() throws UserFacingException {
        if (file.equals(STANDARD_INPUT)) {
            return console.in();
        }
        try {
            return new FileInputStream(file);
        } catch (IOException e) {
            throw new UserFacingException(
                    ExitCode.USAGE,
                    "cannot read the archive: " + e.getMessage(),
                    List.of("Nothing was changed."),
                    "Give a readable file, or - for standard input.",
                    e);
        }
    }
}
