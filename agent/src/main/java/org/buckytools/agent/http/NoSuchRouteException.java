package org.buckytools.agent.http;

import java.io.IOException;
import java.io.Serial;

/** Nothing is served under this path. */
final class NoSuchRouteException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    NoSuchRouteException(String message) {
        super(message);
    }
}
