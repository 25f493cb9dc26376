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
import org.buckytools.cli.output.StatPrinter;
import org.buckytools.cli.task.Shortfall;
import org.buckytools.cli.task.StatMetrics;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bucky stat}. */
@Command(
        name = "stat",
        header = "Print size and time of metrics.",
        description = {
            "",
            "Prints a line for each metric, by name: its size, when it was last written, and its name. One that several nodes"
                    + " have is printed for each; in JSON with the node.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every metric was looked up",
            "1:failed for another reason",
            "2:wrong usage",
            "3:a daemon is down, or a metric could not be looked up or is nowhere; the others are printed",
            "4:the first daemon is down"
        })
public final class StatCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    MetricSelection selection;

    @Mixin
    OutputOptions output;

    private final Clusters clusters;
    private final Console console;

    /** The command, working on these. */
    public StatCommand(Clusters clusters, Console console) {
        this.clusters = clusters;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        MetricQuery query = selection.query(WhenEmpty.REFUSE, console.in(), settings.rescan());
        try (Cluster nodes = clusters.connect(settings)) {
            StatPrinter printer = output.printer(console).stats();
            Shortfall shortfall = new StatMetrics(nodes).run(query, (node, stat) -> printer.add(node.toString(), stat));
            printer.end();
            return Reports.shortfall(shortfall, nodes, console);
        }
    }
}
