package org.buckytools.cli.command;

import java.util.List;
import java.util.Optional;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.Quantities;
import org.buckytools.cli.task.DeleteMetrics;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.task.MeasureUsage;
import org.buckytools.cli.task.MetricFailure;
import org.buckytools.cli.task.MovePlan;
import org.buckytools.cli.task.NodeFailure;
import org.buckytools.cli.task.Shortfall;
import org.buckytools.cli.transfer.JobFile;
import org.buckytools.cli.transfer.Plan;
import org.buckytools.protocol.transfer.SpaceUsage;

/** What commands that answer from part of a cluster say about the other part. */
final class Reports {
    private static final int MOST_TOLD = 100;

    private Reports() {}

    /** Says which daemons' metrics are missing, and what the command therefore ends with. */
    static int missing(Listing listing, Console console) {
        for (NodeFailure failure : listing.failures()) {
            console.warn(failure.message() + "; its metrics are missing here");
        }
        return listing.exitCode().code();
    }

    /**
     * Says what is going to be moved.
     *
     * @param what the end of a sentence that begins with metrics and their source
     * @param nothing what to say if nothing is
     */
    static void planned(MovePlan moves, Optional<JobFile> jobFile, String what, String nothing, Console console) {
        long ignored = jobFile.map(JobFile::ignoredLines).orElse(0L);
        if (ignored > 0) {
            console.warn(
                    Quantities.count(ignored, "line", "lines") + " of the job state file say nothing and are ignored");
        }
        if (moves.resumed() > 0) {
            console.say(Quantities.count(moves.resumed(), "move", "moves") + " left out, done by an earlier run");
        }
        if (moves.settled() > 0) {
            console.say(Quantities.count(moves.settled(), "metric", "metrics") + " left out, being where it would go");
        }
        if (moves.unplaceable() > 0) {
            console.warn(Quantities.count(moves.unplaceable(), "tagged series", "tagged series")
                    + " left out, as nobody can tell from the name where it belongs");
        }
        if (moves.notFound() > 0) {
            console.warn(Quantities.count(moves.notFound(), "metric", "metrics") + " of those named cannot be found");
        }
        moves.doubt().ifPresent(console::warn);
        Plan plan = moves.plan();
        if (plan.size() == 0) {
            console.say(nothing);
        }
        plan.sizeBySource()
                .forEach((source, count) ->
                        console.say(Quantities.count(count, "metric", "metrics") + " on " + source + " " + what));
    }

    /** Says what is missing from a result, and what the command therefore ends with. */
    static int shortfall(Shortfall shortfall, Cluster cluster, Console console) {
        for (NodeFailure failure : shortfall.nodes()) {
            console.warn(failure.message() + "; its metrics are missing here");
        }
        failures(shortfall.metrics(), shortfall.failed(), 0, console);
        List<String> nowhere = shortfall.nowhere();
        for (String metric : nowhere.subList(0, Math.min(MOST_TOLD, nowhere.size()))) {
            console.say("bucky: " + metric + ": no daemon that answered has such a metric");
        }
        if (nowhere.size() > MOST_TOLD) {
            console.say("bucky: and "
                    + Quantities.count(nowhere.size() - MOST_TOLD, "more metric", "more metrics")
                    + " that no daemon has");
        }
        return differences(cluster, shortfall.exitCode().code(), console);
    }

    /** Says what each daemon contributes to a sum. */
    static void usageByNode(MeasureUsage.Usage usage, Cluster cluster, Console console) {
        for (Node node : cluster.nodes()) {
            SpaceUsage its = usage.byNode().get(node);
            if (its != null) {
                console.say(node + ": " + Quantities.count(its.metrics(), "metric", "metrics") + ", " + its.bytes()
                        + " bytes" + (usage.knowsAllocated() ? ", " + its.allocated() + " allocated" : ""));
            }
        }
    }

    /** Says how a deletion went, the failures first, so that the totals are what is read last. */
    static void deletion(DeleteMetrics.Deletion deletion, Console console) {
        failures(deletion.failures(), deletion.failed(), deletion.alike(), console);
        console.say("Deleted " + Quantities.count(deletion.deleted(), "metric", "metrics") + "; "
                + Quantities.count(deletion.absent()) + " gone already; " + Quantities.count(deletion.failed())
                + " failed.");
    }

    private static void failures(List<MetricFailure> told, long failed, long alike, Console console) {
        for (MetricFailure failure : told) {
            console.say("bucky: " + failure.metric() + " on " + failure.node() + ": " + failure.reason());
            console.say("  " + failure.nextStep());
        }
        console.sayAlike(alike);
        long more = failed - told.size() - alike;
        if (more > 0) {
            console.say("bucky: and " + Quantities.count(more, "more failure", "more failures"));
        }
    }

    /** Says in what daemons differ from the first one; there may be hosts that nobody asked, so the answer is a part. */
    static int differences(Cluster cluster, int code, Console console) {
        if (!cluster.isInconsistent()) {
            return code;
        }
        cluster.problems().forEach(console::warn);
        return Math.max(code, ExitCode.PARTLY.code());
    }
}
