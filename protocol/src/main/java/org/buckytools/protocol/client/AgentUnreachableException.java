package org.buckytools.protocol.client;

import java.io.Serial;
import org.buckytools.protocol.DaemonAddress;

/** No answer: refused, timed out, not resolved, or the connection broke before the answer was whole. */
public final class AgentUnreachableException extends AgentException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Keeps {@code cause}, whose own text is part of {@code message}. */
    public AgentUnreachableException(DaemonAddress daemon, String message, Throwable cause) {
        super(daemon, message, cause);
    }

    @Override
    public Retry retry() {
        return Retry.ALWAYS;
    }
}
