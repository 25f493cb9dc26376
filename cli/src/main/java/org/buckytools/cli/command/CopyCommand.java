package org.buckytools.cli.command;

import java.util.concurrent.Callable;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.DeletionOptions;
import org.buckytools.cli.option.MetricSelection;
import org.buckytools.cli.option.MetricSelection.WhenEmpty;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.option.PairOptions;
import org.buckytools.cli.option.TransferOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.task.ClusterPair;
import org.buckytools.cli.task.MovePlan;
import org.buckytools.cli.task.PlanCopy;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.cli.transfer.TransferExtras;
import org.buckytools.cli.transfer.TransferSettings;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bucky copy}. */
@Command(
        name = "copy",
        header = "Copy the metrics of one daemon to another.",
        description = {
            "",
            "Brings the metrics of --src to --dst, whatever the ring says, and fills what is there already, without changing a point"
                    + " that --dst has. Without names or an expression, every metric. Nothing is deleted without --delete.",
            "Only these two daemons are asked, so -h and -s make no difference.",
            "It can be stopped with Ctrl-C and run again at any time.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything is at --dst, or was printed with --no-op",
            "1:failed for another reason",
            "2:wrong usage",
            "3:some metrics failed; they are where they were",
            "4:one of the two daemons is down; nothing was changed",
            "130:stopped; what was in flight is finished"
        })
public final class CopyCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    PairOptions pair;

    @Mixin
    MetricSelection selection;

    @Mixin
    TransferOptions transfer;

    @Mixin
    DeletionOptions deletion;

    @Mixin
    OutputOptions output;

    private final Clusters clusters;
    private final PlanRunner runner;
    private final Console console;

    /** The command, working on these. */
    public CopyCommand(Clusters clusters, Transfer engine, Console console) {
        this.clusters = clusters;
        this.runner = new PlanRunner(engine, console);
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        DaemonAddress from = pair.source();
        DaemonAddress to = pair.destination();
        MetricQuery query = selection.query(WhenEmpty.ALL, console.in(), settings.rescan());
        TransferSettings moving = transfer.settings(settings, deletion.delete());
        try (JobFiles jobFiles = new JobFiles(transfer.openJobFile());
                Cluster source = clusters.connect(settings.alone(from), "--src");
                Cluster destination = clusters.connect(settings.alone(to), "--dst")) {
            runner.prepare();
            TransferExtras extras = transfer.extras(settings, jobFiles.file(), deletion.print());
            if (moving.delete()) {
                new ClusterPair(source, destination).requireDistinctDaemons();
            }
            MovePlan plan = new PlanCopy(source, destination, jobFiles.file(), moving.delete()).run(query);
            Reports.planned(plan, jobFiles.file(), "to be copied to " + to, "There is nothing to copy.", console);
            return runner.run(plan, transfer, moving, extras, output);
        }
    }
}
