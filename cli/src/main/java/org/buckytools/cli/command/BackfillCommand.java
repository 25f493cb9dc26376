package org.buckytools.cli.command;

import java.util.concurrent.Callable;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.option.RenameFile;
import org.buckytools.cli.option.TransferOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.task.MovePlan;
import org.buckytools.cli.task.PlanBackfill;
import org.buckytools.cli.task.Renames;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.cli.transfer.TransferExtras;
import org.buckytools.cli.transfer.TransferSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bucky backfill}. */
@Command(
        name = "backfill",
        header = "Fill metrics from others, under new names.",
        description = {
            "",
            "Reads a JSON object of old names and new names, {\"old.name\": \"new.name\", ...}, and fills each new metric, on the nodes"
                    + " where the ring wants it, from the old one, wherever that is. No point that the new metric has is changed, and"
                    + " the old one stays as it is; a second run changes nothing.",
            "Several old metrics may be merged into one new metric; where two of them have a point at the same time, the one that the"
                    + " file names first counts. A name cannot be an old one and a new one.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every new metric is filled, or was printed with --no-op",
            "1:failed for another reason",
            "2:wrong usage, or a file that is not such an object; nothing was changed",
            "3:some metrics failed; the others are filled",
            "4:a daemon is down or the daemons disagree; nothing was changed",
            "130:stopped; what was in flight is finished"
        })
public final class BackfillCommand implements Callable<Integer> {
    @Parameters(
            arity = "1",
            paramLabel = "FILE",
            description = "The JSON object of old names and new names; - for standard input.")
    String file;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    TransferOptions transfer;

    @Mixin
    OutputOptions output;

    private final Clusters clusters;
    private final PlanRunner runner;
    private final Console console;

    /** The command, working on these. */
    public BackfillCommand(Clusters clusters, Transfer engine, Console console) {
        this.clusters = clusters;
        this.runner = new PlanRunner(engine, console);
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        Renames renames = RenameFile.read(file, console.in());
        renames.requireNoChain();
        TransferSettings filling = transfer.settings(settings, false);
        try (JobFiles jobFiles = new JobFiles(transfer.openJobFile());
                Cluster nodes = clusters.connect(settings)) {
            runner.prepare();
            TransferExtras extras = transfer.extras(settings, jobFiles.file(), false);
            nodes.requireHealthy();
            MovePlan plan = new PlanBackfill(nodes, nodes, jobFiles.file(), false).renaming(renames, settings.rescan());
            Reports.planned(plan, jobFiles.file(), "to fill from", "There is nothing to fill.", console);
            return runner.run(plan, transfer, filling, extras, output);
        }
    }
}
