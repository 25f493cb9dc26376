package org.buckytools.whisper.posix;

import java.io.IOException;
import java.time.Duration;

/** Someone else held the lock on a file for as long as one was ready to wait. */
public final class LockTimeoutException extends IOException {
    LockTimeoutException(String path, Duration waited) {
        super(path + " is locked by someone else, and was not free within " + waited.toMillis() + " ms");
    }
}
