package org.buckytools.cli.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.protocol.transfer.SchemaChange;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.Retention;
import org.buckytools.whisper.reshape.Change;
import picocli.CommandLine.Option;

/** What is to be different about files. */
public final class ChangeOptions {
    @Option(names = "--index", paramLabel = "N", description = "The archive that --retention is for, 0 for the finest.")
    int index = -1;

    @Option(
            names = "--retention",
            paramLabel = "STEP:SPAN",
            description = "The new retention of archive --index, as in 1m:30d.")
    String retention = "";

    @Option(
            names = "--add-archive",
            paramLabel = "STEP:SPAN",
            description = "Add an archive of this retention. May be repeated.")
    List<String> added = new ArrayList<>();

    @Option(
            names = "--drop-archive",
            paramLabel = "STEP:SPAN",
            description = "Drop the archive of exactly this retention, if there is one. May be repeated.")
    List<String> dropped = new ArrayList<>();

    @Option(
            names = "--agg",
            paramLabel = "METHOD",
            description =
                    "The new aggregation method: average, sum, last, max, min, avg_zero, absmax or absmin. Points of coarser"
                            + " archives are converted from average to sum and from sum to average; others stay.")
    String aggregation = "";

    @Option(names = "--keep-values", description = "Leave all points as they are when --agg changes.")
    boolean keepsValues;

    @Option(
            names = "--xff",
            paramLabel = "SHARE",
            description = "The new xFilesFactor, 0 to 1: the share of points that a coarser one needs.")
    String xFilesFactor = "";

    /** What was typed, checked. */
    public Change change() throws UserFacingException {
        if ((index != -1) != !retention.isEmpty()) {
            throw UserFacingException.usage(
                    "--index and --retention go together", "Give both, as in --index 1 --retention 5m:1y.");
        }
        Change change;
        try {
            change = new Change(
                    index == -1 ? Optional.empty() : Optional.of(new Change.Resize(index, Retention.parse(retention))),
                    added.stream().map(Retention::parse).toList(),
                    dropped.stream().map(Retention::parse).toList(),
                    aggregation.isEmpty() ? Optional.empty() : Optional.of(Aggregation.ofLabel(aggregation)),
                    xFilesFactor.isEmpty() ? Optional.empty() : Optional.of(share()),
                    keepsValues);
        } catch (IllegalArgumentException e) {
            throw UserFacingException.usage(e.getMessage(), "");
        }
        if (change.isNothing()) {
            throw UserFacingException.usage(
                    "nothing is to be changed",
                    "Give --index with --retention, --add-archive, --drop-archive, --agg or --xff.");
        }
        return change;
    }

    private float share() {
        try {
            return Float.parseFloat(xFilesFactor);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("xFilesFactor \"" + xFilesFactor + "\" is not a number", e);
        }
    }

    /** A change as daemons are told. */
    public static SchemaChange forDaemons(Change change) {
        return new SchemaChange(
                change.resize()
                        .map(resize -> new SchemaChange.Resize(
                                resize.index(), resize.retention().toString())),
                change.added().stream().map(Retention::toString).toList(),
                change.dropped().stream().map(Retention::toString).toList(),
                change.aggregation().map(Aggregation::label),
                change.xFilesFactor().map(Float::doubleValue),
                change.keepsValues());
    }
}
