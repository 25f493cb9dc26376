package org.buckytools.cli.option;

import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.ClusterSettings;
import picocli.CommandLine.Option;

/** How to reach a cluster. */
public final class ClusterOptions extends ConnectionOptions {
    @Option(names = "-f", description = "Let the daemons rescan their disks first.")
    boolean rescan;

    /** What was typed, checked. */
    public ClusterSettings settings() throws UserFacingException {
        return settings(rescan);
    }
}
