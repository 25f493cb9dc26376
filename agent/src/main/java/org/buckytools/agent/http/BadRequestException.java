package org.buckytools.agent.http;

import java.io.IOException;
import java.io.Serial;

/** The request is not one that can be answered, and never will be; the message says what is wrong with it. */
final class BadRequestException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    BadRequestException(String message) {
        super(message);
    }

    BadRequestException(String message, Throwable cause) {
        super(message, cause);
    }
}
