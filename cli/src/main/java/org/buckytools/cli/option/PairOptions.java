package org.buckytools.cli.option;

import org.buckytools.cli.UserFacingException;
import org.buckytools.protocol.DaemonAddress;
import picocli.CommandLine.Option;

/** From which daemon metrics are copied to which. */
public final class PairOptions {
    @Option(names = "--src", paramLabel = "HOST[:PORT]", description = "The daemon to copy from. Required.")
    String source;

    @Option(
            names = "--dst",
            paramLabel = "HOST[:PORT]",
            description = "The daemon to copy to, whatever the ring says. Required.")
    String destination;

    /** The daemon to copy from. */
    public DaemonAddress source() throws UserFacingException {
        return Addresses.required("--src", source);
    }

    /** The daemon to copy to; another one than {@link #source}. */
    public DaemonAddress destination() throws UserFacingException {
        DaemonAddress address = Addresses.required("--dst", destination);
        if (address.equals(source())) {
            throw UserFacingException.usage(
                    "--src and --dst are both " + address, "Name two daemons; what one has, it need not be given.");
        }
        return address;
    }
}
