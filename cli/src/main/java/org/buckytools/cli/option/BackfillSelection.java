package org.buckytools.cli.option;

import java.io.InputStream;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.task.Renames;
import org.buckytools.protocol.MetricQuery;
import picocli.CommandLine.Option;

/** Which metrics are copied between clusters: what an expression finds, or what a file names. */
public final class BackfillSelection {
    @Option(
            names = "--metric-map-file",
            paramLabel = "FILE",
            description =
                    "A JSON object of old names and new names, {\"old.name\": \"new.name\", ...}; - for standard input.")
    String renameFile = "";

    @Option(
            names = {"-r", "--regex"},
            paramLabel = "REGEX",
            description = "Copy the metrics in whose names this regular expression (RE2) is found, under their names;"
                    + " --metric-map-file is not read then.")
    String regex = "";

    /** The metrics that keep their names; empty if they are to be renamed. */
    public Optional<MetricQuery> query(boolean rescan) throws UserFacingException {
        if (!regex.isEmpty()) {
            return Optional.of(new MetricQuery(Optional.of(Expressions.check(regex)), Optional.empty(), rescan));
        }
        if (renameFile.isEmpty()) {
            throw UserFacingException.usage(
                    "no metrics are given", "Give --metric-map-file FILE, or -r REGEX; -r . means all.");
        }
        return Optional.empty();
    }

    /** The metrics that are to be renamed, if there is no {@link #query}. */
    public Renames renames(InputStream in) throws UserFacingException {
        return RenameFile.read(renameFile, in);
    }
}
