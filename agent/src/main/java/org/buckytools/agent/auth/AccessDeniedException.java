package org.buckytools.agent.auth;

import java.io.IOException;
import java.io.Serial;

/** The caller may not do that. */
public final class AccessDeniedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /** {@code message} is sent to the caller. */
    public AccessDeniedException(String message) {
        super(message);
    }

    /** As the other one, with what it was that could not be read. */
    AccessDeniedException(String message, Throwable cause) {
        super(message, cause);
    }
}
