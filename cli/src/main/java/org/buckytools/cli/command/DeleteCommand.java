package org.buckytools.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.Quantities;
import org.buckytools.cli.output.Questions;
import org.buckytools.cli.task.DeleteMetrics;
import org.buckytools.cli.task.ListMetrics;
import org.buckytools.cli.task.Listing;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bucky delete}. */
@Command(
        name = "delete",
        header = "Delete metrics.",
        description = {
            "",
            "Finds out which daemons have the metrics, asks for each daemon on the terminal whether they are to be deleted there, and"
                    + " then deletes them on those for which the answer was y. Standard input may be the list of metrics all the"
                    + " same. A metric that is gone already is no failure.",
            "Without a terminal nothing is deleted unless --noconfirm is given.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:none of the metrics is there any more, apart from those for which the answer was no",
            "1:failed for another reason",
            "2:wrong usage, or there is no terminal to ask on; nothing was deleted",
            "3:some metrics could not be deleted",
            "4:a daemon is down or the daemons disagree on the ring; nothing was deleted"
        })
public final class DeleteCommand implements Callable<Integer> {
    @Mixin
    ClusterOptions cluster;

    @Mixin
    MetricSelection selection;

    @Mixin
    OutputOptions output;

    @Option(names = "--noconfirm", description = "Do not ask.")
    boolean unasked;

    @Option(names = "--print-deletion", description = "Say each deleted metric.")
    boolean printDeletions;

    private final Clusters clusters;
    private final Questions questions;
    private final Console console;

    /** The command, working on these. */
    public DeleteCommand(Clusters clusters, Questions questions, Console console) {
        this.clusters = clusters;
        this.questions = questions;
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterSettings settings = cluster.settings();
        MetricQuery query = selection.query(WhenEmpty.REFUSE, console.in(), settings.rescan());
        boolean isTold = printDeletions || settings.verbose();
        try (Cluster nodes = clusters.connect(settings)) {
            nodes.requireHealthy();
            Listing listing = new ListMetrics(nodes).run(query);
            requireComplete(listing);
            List<Listing.Found> agreed = confirmed(listing);
            DeleteMetrics.Deletion deletion = new DeleteMetrics(nodes, (node, metric) -> {
                        if (isTold) {
                            console.say("DELETED: " + metric + " on " + node);
                        }
                    })
                    .run(agreed);
            output.printer(console).deleted(deletion, listing.size() - sizeOf(agreed));
            Reports.deletion(deletion, console);
            return deletion.exitCode().code();
        }
    }

    /** A metric could be on just the daemon that did not answer. */
    private static void requireComplete(Listing listing) throws UserFacingException {
        if (!listing.failures().isEmpty()) {
            throw new UserFacingException(
                    ExitCode.CLUSTER,
                    listing.failures().getFirst().message(),
                    List.of("Nothing was deleted."),
                    "See to that daemon, or run with -s to work on a single node.");
        }
    }

    private List<Listing.Found> confirmed(Listing listing) throws UserFacingException, IOException {
        List<Listing.Found> agreed = new ArrayList<>();
        for (Listing.Found found : listing.found()) {
            if (!found.names().isEmpty() && (unasked || isWanted(found))) {
                agreed.add(found);
            }
        }
        return agreed;
    }

    private boolean isWanted(Listing.Found found) throws UserFacingException, IOException {
        String metrics = Quantities.count(found.names().size(), "metric", "metrics");
        return questions
                .confirm("Delete " + metrics + " on " + found.node() + "?")
                .orElseThrow(() -> UserFacingException.usage(
                        "there is no terminal to ask on, so nothing was deleted",
                        "Give --noconfirm to delete without being asked."));
    }

    private static long sizeOf(List<Listing.Found> found) {
        return found.stream().mapToLong(one -> one.names().size()).sum();
    }
}
