package org.buckytools.cli.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.BackfillSelection;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.DeletionOptions;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.option.SeedOptions;
import org.buckytools.cli.option.TransferOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.task.ClusterPair;
import org.buckytools.cli.task.MovePlan;
import org.buckytools.cli.task.PlanBackfill;
import org.buckytools.cli.task.Renames;
import org.buckytools.cli.transfer.Transfer;
import org.buckytools.cli.transfer.TransferExtras;
import org.buckytools.cli.transfer.TransferSettings;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bucky backfill2}. */
@Command(
        name = "backfill2",
        header = "Copy metrics from one cluster to another, under their names or new ones.",
        description = {
            "",
            "Copies the metrics that --regex finds, or those of --metric-map-file under their new names, from the cluster of"
                    + " --src-cluster-seed to where the ring of the cluster of --dst-cluster-seed wants them, and fills what is there"
                    + " already, without changing a point. Both may be one cluster, for renaming. Nothing is deleted without --delete.",
            "Several old metrics may be merged into one new metric; where two of them have a point at the same time, the one that the"
                    + " file names first counts. Within one cluster a name cannot be an old one and a new one.",
            "Both clusters are reached by their seeds, so -h makes no difference. With -s only the daemon of --src-cluster-seed is"
                    + " copied from.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything is copied, or was printed with --no-op",
            "1:failed for another reason",
            "2:wrong usage, or an unusable file of names; nothing was changed",
            "3:some metrics failed; the others are copied",
            "4:a daemon is down or the daemons disagree; nothing was changed",
            "130:stopped; what was in flight is finished"
        })
public final class Backfill2Command implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    SeedOptions seeds;

    @Mixin
    BackfillSelection selection;

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
    public Backfill2Command(Clusters clusters, Transfer engine, Console console) {
        this.clusters = clusters;
        this.runner = new PlanRunner(engine, console);
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        ClusterSettings from = settings.at(seeds.source());
        ClusterSettings to = settings.at(seeds.destination());
        Optional<MetricQuery> query = selection.query(settings.rescan());
        Optional<Renames> renames = query.isPresent() ? Optional.empty() : Optional.of(selection.renames(console.in()));
        TransferSettings moving = transfer.settings(settings, deletion.delete());
        try (JobFiles jobFiles = new JobFiles(transfer.openJobFile());
                Cluster sources = clusters.connect(from, "--src-cluster-seed");
                Cluster destinations = clusters.connect(to, "--dst-cluster-seed")) {
            runner.prepare();
            TransferExtras extras = transfer.extras(settings, jobFiles.file(), deletion.print());
            sources.requireHealthy();
            destinations.requireHealthy();
            ClusterPair pair = new ClusterPair(sources, destinations);
            if (moving.delete()) {
                pair.requireDistinctDaemons();
            }
            if (renames.isPresent() && pair.isOneCluster()) {
                renames.get().requireNoChain();
            }
            PlanBackfill planned = new PlanBackfill(sources, destinations, jobFiles.file(), moving.delete());
            MovePlan plan = renames.isPresent()
                    ? planned.renaming(renames.get(), settings.rescan())
                    : planned.keepingNames(query.orElseThrow());
            Reports.planned(plan, jobFiles.file(), "to be copied", "There is nothing to copy.", console);
            return runner.run(plan, transfer, moving, extras, output);
        }
    }
}
