package org.buckytools.protocol.client;

import java.io.Serial;
import org.buckytools.protocol.DaemonAddress;

/** The daemon answered, and its answer is an error. */
public final class AgentRefusedException extends AgentException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final Retry retry;

    /**
     * Where the request itself does not decide otherwise: 502 to 504 are retried always, 500 twice, the rest never.
     */
    public AgentRefusedException(DaemonAddress daemon, int status, String message) {
        this(daemon, status, message, defaultRetry(status));
    }

    /** For requests in which a status has a meaning of its own, as 400 has in {@code fetch_offload}. */
    public AgentRefusedException(DaemonAddress daemon, int status, String message, Retry retry) {
        super(daemon, message, null);
        this.status = status;
        this.retry = retry;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    @Override
    public Retry retry() {
        return retry;
    }

    static Retry defaultRetry(int status) {
        return switch (status) {
            case 502, 503, 504 -> Retry.ALWAYS;
            case 500 -> Retry.TWICE;
            default -> Retry.NEVER;
        };
    }
}
