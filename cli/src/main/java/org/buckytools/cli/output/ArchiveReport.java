package org.buckytools.cli.output;

import java.io.IOException;
import java.util.List;
import org.buckytools.cli.archive.Failure;
import org.buckytools.cli.archive.RestoreArchive;
import org.buckytools.cli.archive.WriteArchive;
import org.buckytools.protocol.json.Json;
import tools.jackson.core.JsonGenerator;

/** Says how an archive was written or restored; single failures have been told as they happened. */
public final class ArchiveReport {
    private final Console console;
    private final boolean json;

    /** Says it there. */
    public ArchiveReport(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    /** Says how an archive was written: on standard error, as the archive is on standard output. */
    public void print(WriteArchive.Summary summary) {
        if (json) {
            console.say(Json.toAscii(generator -> {
                generator.writeStartObject();
                generator.writeNumberProperty("written", summary.entries());
                generator.writeNumberProperty("bytes", summary.bytes());
                generator.writeNumberProperty("withCopiesElsewhere", summary.strays());
                generator.writeNumberProperty("failed", summary.failed());
                failures(generator, summary.failures());
                generator.writeEndObject();
            }));
            return;
        }
        if (summary.strays() > 0) {
            console.warn(Quantities.count(summary.strays(), "metric has", "metrics have")
                    + " copies on other nodes, too, which were left out; bucky inconsistent lists them");
        }
        double seconds = Math.max(summary.elapsed().toMillis(), 1) / 1000.0;
        console.say("Wrote " + Quantities.count(summary.entries(), "metric", "metrics") + ", "
                + Quantities.bytes((double) summary.bytes()) + " in " + Quantities.time(summary.elapsed()) + ": "
                + Quantities.rate(summary.entries() / seconds) + " metrics/s, "
                + Quantities.bytes(summary.bytes() / seconds) + "/s; "
                + Quantities.count(summary.failed()) + " failed.");
        if (summary.failed() > 0) {
            console.say("  See to what is named above, then archive those metrics once more.");
        }
    }

    /** Says how an archive was restored; as JSON on standard output. {@code archive} is what it is called. */
    public void print(RestoreArchive.Summary summary, String archive) throws IOException {
        if (json) {
            console.print(Json.toAscii(generator -> {
                        generator.writeStartObject();
                        generator.writeNumberProperty("restored", summary.restored());
                        generator.writeNumberProperty("created", summary.created());
                        generator.writeNumberProperty("filled", summary.filled());
                        generator.writeNumberProperty("unchanged", summary.unchanged());
                        generator.writeNumberProperty("bytes", summary.bytes());
                        generator.writeNumberProperty("withoutPlace", summary.incomplete());
                        generator.writeNumberProperty("ofOtherNodes", summary.elsewhere());
                        generator.writeNumberProperty("directories", summary.directories());
                        generator.writeNumberProperty("links", summary.others());
                        generator.writeNumberProperty("refused", summary.refused());
                        generator.writeNumberProperty("failed", summary.failed());
                        failures(generator, summary.failures());
                        generator.writeBooleanProperty("stopped", summary.isStopped());
                        generator.writeName("broken");
                        if (summary.broken().isPresent()) {
                            generator.writeString(summary.broken().get());
                        } else {
                            generator.writeNull();
                        }
                        generator.writeEndObject();
                    })
                    + "\n");
        }
        sayTroubles(summary, archive);
        if (!json) {
            double seconds = Math.max(summary.elapsed().toMillis(), 1) / 1000.0;
            console.say("Restored " + Quantities.count(summary.restored(), "metric", "metrics") + " ("
                    + Quantities.count(summary.created()) + " new, " + Quantities.count(summary.filled())
                    + " filled, " + Quantities.count(summary.unchanged()) + " unchanged), "
                    + Quantities.bytes((double) summary.bytes()) + " in " + Quantities.time(summary.elapsed()) + ": "
                    + Quantities.rate(summary.restored() / seconds) + " metrics/s, "
                    + Quantities.bytes(summary.bytes() / seconds) + "/s; "
                    + Quantities.count(summary.failed()) + " failed.");
            if (summary.failed() > summary.refused()) {
                console.say("  See to what is named above, then restore once more: what is there already stays.");
            }
        }
    }

    private void sayTroubles(RestoreArchive.Summary summary, String archive) {
        console.sayAlike(summary.alike());
        summary.doubt().ifPresent(console::warn);
        if (summary.directories() + summary.others() > 0) {
            console.say("Skipped " + Quantities.count(summary.directories(), "directory", "directories") + " and "
                    + Quantities.count(summary.others(), "link or other special file", "links and other special files")
                    + ".");
        }
        if (summary.elsewhere() > 0) {
            console.say("Left out " + Quantities.count(summary.elsewhere(), "metric", "metrics")
                    + " that belong on other nodes.");
        }
        if (summary.refused() > 0) {
            console.say("Refused " + Quantities.count(summary.refused(), "entry", "entries")
                    + " whose names are no metrics' names.");
        }
        if (summary.incomplete() > 0) {
            console.warn("of " + Quantities.count(summary.incomplete(), "metric", "metrics")
                    + " some points found no place in the files that were there, since those keep less");
        }
        if (summary.isStopped()) {
            console.say("bucky: stopped before the end of " + archive + "; to restore it once more does the rest");
        }
        if (summary.broken().isPresent()) {
            console.say("bucky: cannot read " + archive + " to its end: "
                    + summary.broken().get());
            console.say("  What was restored before that place stays, and is good.");
        }
    }

    private static void failures(JsonGenerator generator, List<Failure> failures) {
        generator.writeName("failures");
        generator.writeStartArray();
        for (Failure failure : failures) {
            generator.writeStartObject();
            generator.writeStringProperty("name", failure.name());
            generator.writeStringProperty("reason", failure.reason());
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }
}
