package org.buckytools.protocol.client;

import java.io.Serial;
import org.buckytools.protocol.DaemonAddress;

/** An answer that is not what the protocol says: something else may be listening there. */
public final class AgentBabbleException extends AgentException {
    @Serial
    private static final long serialVersionUID = 1;

    /** {@code cause} may be null. */
    public AgentBabbleException(DaemonAddress daemon, String message, Throwable cause) {
        super(daemon, message, cause);
    }

    @Override
    public Retry retry() {
        return Retry.NEVER;
    }
}
