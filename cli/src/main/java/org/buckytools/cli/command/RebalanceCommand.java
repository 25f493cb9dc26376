package org.buckytools.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.DeletionOptions;
import org.buckytools.cli.option.DestinationOptions;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.option.PlacementOptions;
import org.buckytools.cli.option.TransferOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.task.MovePlan;
import org.buckytools.cli.task.PlanRebalance;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.cli.transfer.TransferExtras;
import org.buckytools.cli.transfer.TransferSettings;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bucky rebalance}. */
@Command(
        name = "rebalance",
        header = "Move metrics to where the ring wants them.",
        description = {
            "",
            "Finds the metrics that are on a node where they do not belong, brings each to its owner (with replicas to every owner),"
                    + " and fills what is there already, without changing a point that the owner has. Nothing is deleted without"
                    + " --delete.",
            "Daemons named as arguments are emptied: they are not in the ring, so all of their metrics are moved.",
            "It can be stopped with Ctrl-C and run again at any time; what is moved already is not moved again.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything is where it belongs, or was printed with --no-op",
            "1:failed for another reason",
            "2:wrong usage",
            "3:some metrics failed; they are where they were",
            "4:a daemon is down or the daemons disagree; nothing was changed",
            "130:stopped; what was in flight is finished"
        })
public final class RebalanceCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "HOST[:PORT]", description = "Daemons outside of the ring, to be emptied.")
    List<String> drained = new ArrayList<>();

    @Option(
            names = {"-r", "--regex"},
            paramLabel = "REGEX",
            description = "Only metrics in whose names this regular expression (RE2) is found.")
    String regex;

    @Mixin
    ClusterOptions cluster;

    @Mixin
    DestinationOptions destinations;

    @Mixin
    PlacementOptions placement;

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
    public RebalanceCommand(Clusters clusters, Transfer engine, Console console) {
        this.clusters = clusters;
        this.runner = new PlanRunner(engine, console);
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        MetricQuery query = destinations.query(regex, settings.rescan());
        TransferSettings moving = transfer.settings(settings, deletion.delete());
        try (JobFiles jobFiles = new JobFiles(transfer.openJobFile());
                Cluster nodes = clusters.connect(settings)) {
            runner.prepare();
            TransferExtras extras = transfer.extras(settings, jobFiles.file(), deletion.print());
            nodes.requireHealthy();
            List<Node> outsiders = destinations.outsiders(drained, nodes);
            MovePlan plan = new PlanRebalance(
                            nodes,
                            query,
                            placement.exceptPrefixes(),
                            destinations.allowed(),
                            jobFiles.file(),
                            moving.delete())
                    .run(outsiders);
            Reports.planned(plan, jobFiles.file(), "must be relocated", "Cluster is balanced.", console);
            return runner.run(plan, transfer, moving, extras, output);
        }
    }
}
