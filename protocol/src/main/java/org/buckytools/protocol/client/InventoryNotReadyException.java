package org.buckytools.protocol.client;

import java.io.Serial;
import java.time.Duration;
import org.buckytools.protocol.DaemonAddress;

/** 202: the daemon is still building its list of metrics. Waiting for it has its own time limit, see {@link RetryPolicy}. */
public final class InventoryNotReadyException extends AgentException {
    @Serial
    private static final long serialVersionUID = 1;

    /** One daemon's 202. */
    public InventoryNotReadyException(DaemonAddress daemon) {
        super(daemon, daemon + " is still building its list of metrics", null);
    }

    /** A daemon that was waited for in vain. */
    public InventoryNotReadyException(DaemonAddress daemon, Duration waited) {
        super(daemon, daemon + " is still building its list of metrics after " + waited.toSeconds() + " s", null);
    }

    @Override
    public Retry retry() {
        return Retry.ALWAYS;
    }
}
