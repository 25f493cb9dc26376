package org.buckytools.cli.files;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;

/** Another process had a file open for as long as one was ready to wait. */
final class OpenElsewhereException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    OpenElsewhereException(String path, Duration waited) {
        super(path + " was open in another program for " + waited.toMillis() + " ms");
    }
}
