package org.buckytools.cli.output;

import org.buckytools.cli.transfer.TransferSummary;

/** Says to a person how a move went. */
public final class TransferReport {
    private final Console console;

    /** Says it there. */
    public TransferReport(Console console) {
        this.console = console;
    }

    /** The failures first, so that the totals are what is read last. */
    public void print(TransferSummary summary) {
        for (TransferSummary.Failure failure : summary.failures()) {
            console.say("bucky: " + failure.metric() + " on " + failure.node() + ": " + failure.reason());
            console.say("  " + failure.nextStep());
        }
        console.sayAlike(summary.alike());
        long more = summary.failed() - summary.failures().size() - summary.alike();
        if (more > 0) {
            console.say("bucky: and " + Quantities.count(more, "more failure", "more failures")
                    + "; --metric-err-file lists them all");
        }
        double seconds = Math.max(summary.elapsed().toMillis(), 1) / 1000.0;
        console.say("Copied " + Quantities.count(summary.copied(), "metric", "metrics") + " ("
                + Quantities.count(summary.created()) + " new, " + Quantities.count(summary.filled()) + " filled, "
                + Quantities.count(summary.unchanged()) + " unchanged), "
                + Quantities.bytes((double) summary.bytes()) + " in " + Quantities.time(summary.elapsed()) + ": "
                + Quantities.rate(summary.copied() / seconds) + " metrics/s, "
                + Quantities.bytes(summary.bytes() / seconds) + "/s.");
        console.say("Deleted " + Quantities.count(summary.deleted(), "source", "sources") + "; "
                + Quantities.count(summary.failed()) + " failed; "
                + Quantities.count(summary.notFound()) + " not found.");
        if (summary.isStopped()) {
            console.say("bucky: stopped with " + Quantities.count(summary.left(), "metric", "metrics") + " of "
                    + Quantities.count(summary.planned()) + " not moved");
            console.say("  Run the same command again to go on; what is moved already is left out or found complete.");
        }
    }
}
