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
import org.buckytools.cli.task.MeasureUsage;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bucky du}. */
@Command(
        name = "du",
        header = "Report how much space metrics take.",
        description = {
            "",
            "Prints the sum in bytes, MiB and GiB. It is that of the files' lengths, in which holes count too, unless"
                    + " --allocated is given. A metric that several nodes have counts on each. With -v each daemon's share is"
                    + " said as well.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every metric was measured",
            "1:failed for another reason",
            "2:wrong usage",
            "3:a daemon is down, or a metric could not be measured or is nowhere; the others are counted",
            "4:the first daemon is down"
        })
public final class DuCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    MetricSelection selection;

    @Mixin
    OutputOptions output;

    @Option(
            names = "--allocated",
            description = "The space that is taken on the disks, without holes. Go daemons cannot tell it.")
    boolean allocated;

    private final Clusters clusters;
    private final Console console;

    /** The command, working on these. */
    public DuCommand(Clusters clusters, Console console) {
        this.clusters = clusters;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        MetricQuery query = selection.query(WhenEmpty.REFUSE, console.in(), settings.rescan());
        try (Cluster nodes = clusters.connect(settings)) {
            MeasureUsage.Usage usage = new MeasureUsage(nodes, allocated).run(query);
            if (settings.verbose()) {
                Reports.usageByNode(usage, nodes, console);
            }
            if (!usage.shortfall().nobodyAnswered()) {
                output.printer(console).usage(usage.sum(), allocated, usage.knowsAllocated());
            }
            return Reports.shortfall(usage.shortfall(), nodes, console);
        }
    }
}
