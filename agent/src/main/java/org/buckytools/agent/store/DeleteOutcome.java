package org.buckytools.agent.store;

/** What became of a conditional delete. */
public sealed interface DeleteOutcome {

    /** The file is gone, and it was the version named. */
    record Deleted() implements DeleteOutcome {}

    /** There was no such file. */
    record Absent() implements DeleteOutcome {}

    /**
     * The file is still there, under its name, with all its points.
     *
     * @param message for people
     */
    record Kept(Reason reason, String message) implements DeleteOutcome {}

    /** Why a file was kept. */
    enum Reason {
        /** It is no longer the version named. */
        CHANGED,
        /** Another process keeps it open or locked. */
        BUSY
    }
}
