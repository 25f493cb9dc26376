package org.buckytools.cli.command;

import java.util.Optional;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.output.Quantities;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.task.NodeFailure;
import org.buckytools.cli.task.PlanRebalance;
import org.buckytools.cli.transfer.JobFile;
import org.buckytools.cli.transfer.Plan;

/** What commands that answer from part of a cluster say about the other part. */
final class Reports {
    private Reports() {}

    /** Says which daemons' metrics are missing, and what the command therefore ends with. */
    static int missing(Listing listing, Console console) {
        for (NodeFailure failure : listing.failures()) {
            console.warn(failure.message() + "; its metrics are missing here");
        }
        return listing.exitCode().code();
    }

    /** Says what a rebalance is going to do. */
    static void planned(PlanRebalance.Rebalance rebalance, Optional<JobFile> jobFile, Console console) {
        long ignored = jobFile.map(JobFile::ignoredLines).orElse(0L);
        if (ignored > 0) {
            console.warn(
                    Quantities.count(ignored, "line", "lines") + " of the job state file say nothing and are ignored");
        }
        if (rebalance.resumed() > 0) {
            console.say(Quantities.count(rebalance.resumed(), "move", "moves") + " left out, done by an earlier run");
        }
        Plan plan = rebalance.plan();
        if (plan.size() == 0) {
            console.say("Cluster is balanced.");
        }
        plan.sizeBySource()
                .forEach((source, count) -> console.say(
                        Quantities.count(count, "metric", "metrics") + " on " + source + " must be relocated"));
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
