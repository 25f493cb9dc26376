package org.buckytools.cli.command;

import java.util.concurrent.Callable;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.MetricSelection;
import org.buckytools.cli.option.MetricSelection.WhenEmpty;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.ResultPrinter;
import org.buckytools.cli.task.ListMetrics;
import org.buckytools.cli.task.Listing;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bucky list}. */
@Command(
        name = "list",
        header = "List metrics.",
        description = {
            "",
            "Without names or an expression, every metric of the cluster. A metric that several nodes have is listed once; with -l"
                    + " once for each, with the node that really has it, wherever the ring wants it.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every daemon answered",
            "1:failed for another reason",
            "2:wrong usage",
            "3:a daemon is down or has another ring; the metrics of the others are listed",
            "4:the first daemon is down"
        })
public final class ListCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    MetricSelection selection;

    @Mixin
    OutputOptions output;

    @Option(names = "-l", description = "With the node that has it: HOST:PORT: METRIC, in JSON an object of arrays.")
    boolean location;

    private final Clusters clusters;
    private final Console console;

    /** The command, working on these. */
    public ListCommand(Clusters clusters, Console console) {
        this.clusters = clusters;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        MetricQuery query = selection.query(WhenEmpty.ALL, console.in(), settings.rescan());
        try (Cluster nodes = clusters.connect(settings)) {
            Listing listing = new ListMetrics(nodes).run(query);
            ResultPrinter printer = output.printer(console);
            if (location) {
                printer.namesByNode(listing.byNode());
            } else {
                printer.names(listing.names());
            }
            return Reports.differences(nodes, Reports.missing(listing, console), console);
        }
    }
}
