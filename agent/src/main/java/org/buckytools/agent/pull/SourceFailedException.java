package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.Serial;

/** A metric could not be had from the daemon that has it. */
public final class SourceFailedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    SourceFailedException(IOException cause) {
        super("Error fetching metric: " + cause.getMessage(), cause);
    }
}
