package org.buckytools.agent.http;

import java.io.IOException;
import java.io.Serial;

/** The request's body did not arrive whole: the caller went away, or sent nothing for too long. */
final class BrokenUploadException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    BrokenUploadException(String message, Throwable cause) {
        super(message, cause);
    }
}
