package org.buckytools.cli;

/** What the programs end with. Scripts rely on these numbers. */
public enum ExitCode {
    /** All was done. */
    DONE(0),
    /** Nothing could be done, for a reason that is none of the others. */
    FAILED(1),
    /** Wrong usage or unusable input; nothing was tried. */
    USAGE(2),
    /** Some was done, and what was not is reported. */
    PARTLY(3),
    /** The cluster cannot be reached, or its daemons disagree where agreement is needed. */
    CLUSTER(4),
    /** Stopped by the user; what was in flight is finished. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The number. */
    public int code() {
        return code;
    }
}
