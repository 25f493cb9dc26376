package org.buckytools.cli.option;

import org.buckytools.cli.UserFacingException;
import org.buckytools.protocol.DaemonAddress;
import picocli.CommandLine.Option;

/** From which cluster metrics are copied to which. */
public final class SeedOptions {
    @Option(
            names = "--src-cluster-seed",
            paramLabel = "HOST[:PORT]",
            description = "A daemon of the cluster to copy from. Required.")
    String source;

    @Option(
            names = "--dst-cluster-seed",
            paramLabel = "HOST[:PORT]",
            description = "A daemon of the cluster to copy to; it may be the same cluster. Required.")
    String destination;

    /** A daemon of the cluster to copy from. */
    public DaemonAddress source() throws UserFacingException {
        return Addresses.required("--src-cluster-seed", source);
    }

    /** A daemon of the cluster to copy to. */
    public DaemonAddress destination() throws UserFacingException {
        return Addresses.required("--dst-cluster-seed", destination);
    }
}
