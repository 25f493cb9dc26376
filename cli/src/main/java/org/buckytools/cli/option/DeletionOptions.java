package org.buckytools.cli.option;

import picocli.CommandLine.Option;

/** What becomes of the sources of metrics that are moved. */
public final class DeletionOptions {
    @Option(
            names = "--delete",
            negatable = true,
            description =
                    "Delete each source once every owner has a durable copy of it, unless it was written since: then it"
                            + " is copied again first.")
    boolean delete;

    @Option(names = "--print-deletion", description = "Say each deleted metric.")
    boolean print;

    /** Whether sources are to be deleted. */
    public boolean delete() {
        return delete;
    }

    /** Whether to say each deleted metric. */
    public boolean print() {
        return print;
    }
}
