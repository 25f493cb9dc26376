package org.buckytools.agent.http;

import java.io.IOException;
import java.io.Serial;

/** The caller went away, or took nothing for too long, before it had the whole answer. */
final class BrokenDownloadException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    BrokenDownloadException(Throwable cause) {
        super("the caller did not take the whole answer: " + cause.getMessage(), cause);
    }
}
