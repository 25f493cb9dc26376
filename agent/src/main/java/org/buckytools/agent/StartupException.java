package org.buckytools.agent;

import java.io.Serial;

/** The daemon cannot start; the message says why and what to do about it, for the one who called it. */
final class StartupException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    StartupException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    StartupException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
