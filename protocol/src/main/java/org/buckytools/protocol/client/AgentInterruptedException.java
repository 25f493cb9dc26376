package org.buckytools.protocol.client;

import java.io.Serial;
import org.buckytools.protocol.DaemonAddress;

/** This thread was interrupted while it waited for a daemon; its interrupt status is set again. */
public final class AgentInterruptedException extends AgentException {
    @Serial
    private static final long serialVersionUID = 1;

    /** {@code cause} may be null. */
    public AgentInterruptedException(DaemonAddress daemon, Throwable cause) {
        super(daemon, "the wait for " + daemon + " was interrupted", cause);
    }

    @Override
    public Retry retry() {
        return Retry.NEVER;
    }
}
