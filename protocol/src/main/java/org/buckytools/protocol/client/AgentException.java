package org.buckytools.protocol.client;

import java.io.IOException;
import java.io.Serial;
import org.buckytools.protocol.DaemonAddress;

/** A request to a daemon that failed. Its message names the daemon, says why, and reads as the end of a sentence. */
public abstract sealed class AgentException extends IOException
        permits AgentUnreachableException,
                AgentRefusedException,
                AgentBabbleException,
                InventoryNotReadyException,
                AgentInterruptedException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient DaemonAddress daemon;

    AgentException(DaemonAddress daemon, String message, Throwable cause) {
        super(message, cause);
        this.daemon = daemon;
    }

    /** The daemon that was asked. */
    public DaemonAddress daemon() {
        return daemon;
    }

    /** How the retry decorator treats it; nobody else asks. */
    public abstract Retry retry();

    /** Whether asking again can help. */
    public enum Retry {
        /** It cannot: the answer will be the same. */
        NEVER,
        /** It may be a passing fault: at most twice more. */
        TWICE,
        /** It is a passing fault: as often as the policy says. */
        ALWAYS
    }
}
