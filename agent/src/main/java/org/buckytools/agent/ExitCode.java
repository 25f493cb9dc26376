package org.buckytools.agent;

/** What the process ends with. */
enum ExitCode {
    /** It was asked to stop, and every request in flight ended first. */
    DONE(0),
    /** It could not start, or could not go on. */
    FAILED(1),
    /** The command line is wrong, or names something that cannot be used. */
    USAGE(2),
    /** It was asked to stop, and had to cut off requests that did not end in time; what Java ends with on SIGTERM. */
    CUT_OFF(143);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
