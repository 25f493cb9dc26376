package org.buckytools.cli.command;

import java.util.concurrent.Callable;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.MetricSelection;
import org.buckytools.cli.option.MetricSelection.WhenEmpty;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.option.PlacementOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.task.FindMisplaced;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.task.NamesBeyondAscii;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bucky inconsistent}. */
@Command(
        name = "inconsistent",
        header = "List metrics that are not where the ring wants them.",
        description = {
            "",
            "Prints HOST:PORT: METRIC for each metric on a node that the ring does not place it on; bucky rebalance moves them. In"
                    + " JSON an object of arrays.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every daemon answered, whatever was found",
            "1:failed for another reason",
            "2:wrong usage",
            "3:a daemon is down; what the others have is listed",
            "4:the first daemon is down, or the daemons disagree on the ring"
        })
public final class InconsistentCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    MetricSelection selection;

    @Mixin
    PlacementOptions placement;

    @Mixin
    OutputOptions output;

    private final Clusters clusters;
    private final Console console;

    /** The command, working on these. */
    public InconsistentCommand(Clusters clusters, Console console) {
        this.clusters = clusters;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        MetricQuery query = selection.query(WhenEmpty.ALL, console.in(), settings.rescan());
        try (Cluster nodes = clusters.connect(settings)) {
            nodes.requireConsistent();
            Listing listing = new FindMisplaced(nodes, query, placement.exceptPrefixes()).run();
            output.printer(console).namesByNode(listing.byNode());
            new NamesBeyondAscii(nodes.ring()).lookAt(listing.names()).warning().ifPresent(console::warn);
            if (!listing.found().isEmpty()) {
                console.say(
                        listing.size() == 0
                                ? "No inconsistent metrics found."
                                : "Inconsistent metrics found: " + listing.size());
            }
            return Reports.missing(listing, console);
        }
    }
}
