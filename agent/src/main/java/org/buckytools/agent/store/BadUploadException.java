package org.buckytools.agent.store;

import java.io.IOException;
import org.buckytools.protocol.MetricName;

/** What was uploaded cannot be stored, whatever the state of the store: it is not what it says, or no Whisper file. */
public final class BadUploadException extends IOException {
    BadUploadException(MetricName metric, String problem) {
        super("upload of " + metric + ": " + problem);
    }

    BadUploadException(MetricName metric, IOException cause) {
        super("upload of " + metric + ": " + cause.getMessage(), cause);
    }
}
