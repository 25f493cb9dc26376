package org.buckytools.cli.output;

import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.task.ModifySummary;
import org.buckytools.protocol.transfer.PointCounts;

/** Says to a person how a change of schemas goes and went. */
public final class ModifyReport {
    private final Console console;

    /** Says it there. */
    public ModifyReport(Console console) {
        this.console = console;
    }

    /** One that could not be changed, when it happens. */
    public void print(ModifySummary.Failure failure) {
        console.say("bucky: " + failure);
    }

    /** The totals. */
    public void print(ModifySummary summary) {
        console.sayAlike(summary.alike());
        long more = summary.failed() - summary.failures().size() - summary.alike();
        if (more > 0) {
            console.say("bucky: and " + Quantities.count(more, "more failure", "more failures"));
        }
        console.say((summary.dryRun() ? "Would change " : "Changed ")
                + Quantities.count(summary.changed(), "file", "files") + " ("
                + Quantities.bytes((double) summary.sizeBefore()) + " => "
                + Quantities.bytes((double) summary.sizeAfter()) + "); "
                + Quantities.count(summary.unchanged()) + " " + (summary.unchanged() == 1 ? "is" : "are")
                + " so already; " + Quantities.count(summary.failed()) + " failed.");
        if (!summary.points().equals(PointCounts.NONE)) {
            console.say("Points: " + text(summary.points()) + ".");
        }
        if (summary.points().lost() > 0) {
            console.warn(Quantities.count(summary.points().lost(), "point", "points")
                    + (summary.dryRun() ? " would be" : summary.points().lost() == 1 ? " is" : " are") + " lost, in "
                    + Quantities.count(summary.lossy(), "file", "files")
                    + ": older than all that the new schema keeps, or with a later point in their place");
        }
        if (summary.stopped()) {
            console.say("bucky: stopped before all were " + (summary.dryRun() ? "looked at" : "changed"));
            for (ModifySummary.Rest rest : summary.rests()) {
                console.say("  " + rest.node() + " has " + Quantities.count(rest.metrics(), "metric", "metrics")
                        + " left, the first of them " + rest.next());
            }
            summary.next()
                    .ifPresent(
                            path -> console.say(
                                    "  " + path
                                            + " is the first that was not begun; in each directory, files are taken in the order of names"));
            console.say("  Run the same command again to go on; what is changed already is left alone.");
        }
    }

    /** Those counts that are not zero. */
    static String text(PointCounts points) {
        List<String> parts = new ArrayList<>();
        parts.add(Quantities.count(points.kept()) + " kept");
        add(parts, points.aggregated(), "aggregated");
        add(parts, points.placed(), "placed in a finer archive");
        add(parts, points.converted(), "converted");
        add(parts, points.condensed(), "condensed into others");
        add(parts, points.lost(), "lost");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(Quantities.count(count) + " " + what);
        }
    }
}
