package org.buckytools.cli.command;

import org.buckytools.cli.ExitCode;
import org.buckytools.cli.cluster.Cluster;
import org.buckytools.cli.output.Console;
import org.buckytools.cli.task.Listing;
import org.buckytools.cli.task.NodeFailure;

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

    /** Says in what daemons differ from the first one; there may be hosts that nobody asked, so the answer is a part. */
    static int differences(Cluster cluster, int code, Console console) {
        if (!cluster.isInconsistent()) {
            return code;
        }
        cluster.problems().forEach(console::warn);
        return Math.max(code, ExitCode.PARTLY.code());
    }
}
