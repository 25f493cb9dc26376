package org.buckytools.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.cluster.Clusters;
import org.buckytools.cli.option.ClusterOptions;
import org.buckytools.cli.option.MetricSelection;
import org.buckytools.cli.option.MetricSelection.WhenEmpty;
import org.buckytools.cli.option.OutputOptions;
import org.buckytools.cli.option.RingOptions;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.ResultPrinter;
import org.buckytools.cli.task.ListMetrics;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.task.LocateMetrics;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bucky locate}. */
@Command(
        name = "locate",
        header = "Say where the ring puts metrics.",
        description = {
            "",
            "Prints METRIC => HOST for each name, whether there is such a metric or not; with replicas all its hosts, in ring order."
                    + " An expression means the metrics of the cluster in whose names it is found.",
            "With --nodes the ring is the one described, and no daemon is asked.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed for another reason",
            "2:wrong usage",
            "3:a daemon is down, so the ring is not confirmed by all",
            "4:the first daemon is down, or the daemons disagree on the ring"
        })
public final class LocateCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    MetricSelection selection;

    @Mixin
    RingOptions described;

    @Mixin
    OutputOptions output;

    private final Clusters clusters;
    private final Console console;

    /** The command, working on these. */
    public LocateCommand(Clusters clusters, Console console) {
        this.clusters = clusters;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        Optional<HashRing> offline = described.ring();
        MetricQuery query = selection.query(WhenEmpty.REFUSE, console.in(), settings.rescan());
        if (offline.isPresent()) {
            if (query.regex().isPresent()) {
                throw UserFacingException.usage(
                        "an expression needs a cluster whose metrics it can be found in, so it cannot go with --nodes",
                        "");
            }
            print(offline.get(), query.names().orElseThrow());
            return ExitCode.DONE.code();
        }
        try (Cluster nodes = clusters.connect(settings)) {
            nodes.requireConsistent();
            if (query.regex().isPresent()) {
                Listing listing = new ListMetrics(nodes).run(query);
                LocateMetrics locate = new LocateMetrics(nodes.ring());
                print(nodes.ring(), locate.run(listing.names()), locate);
                return Reports.missing(listing, console);
            }
            print(nodes.ring(), query.names().orElseThrow());
            nodes.problems().forEach(console::warn);
            return (nodes.isHealthy() ? ExitCode.DONE : ExitCode.PARTLY).code();
        }
    }

    private void print(HashRing ring, List<String> names) throws Exception {
        LocateMetrics locate = new LocateMetrics(ring);
        print(ring, locate.run(names), locate);
    }

    private void print(HashRing ring, List<ResultPrinter.Location> located, LocateMetrics locate) throws Exception {
        output.printer(console).locations(located, ring.replicas() == 1);
        locate.warning().ifPresent(console::warn);
    }
}
