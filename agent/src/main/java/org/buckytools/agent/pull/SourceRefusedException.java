package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.Serial;
import org.buckytools.protocol.DaemonAddress;

/** This daemon does not fetch from there; the message says what would make it do so. */
public final class SourceRefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    SourceRefusedException(DaemonAddress source, int port) {
        super("this daemon does not fetch from " + source + ": it is no member of the ring on port " + port
                + "; start buckyd with --allow-source " + source + " to allow it");
    }
}
