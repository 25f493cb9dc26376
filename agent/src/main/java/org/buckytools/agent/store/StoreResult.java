package org.buckytools.agent.store;

import org.buckytools.protocol.FillTimings;

/**
 * What became of an upload that succeeded.
 *
 * @param outcome what happened to the file
 * @param size of the upload in bytes
 * @param leftBehind points of the upload that found no place in the file: later than now, or of a retention that it does not
 *     have. If not 0, the source must not be deleted
 * @param timings nanoseconds in the store; the download is the caller's to add
 */
public record StoreResult(Outcome outcome, long size, long leftBehind, FillTimings timings) {

    /** What happened to the file. */
    public enum Outcome {
        /** There was none; it is now an exact copy. */
        CREATED,
        /** There was one and it got points that it lacked. */
        FILLED,
        /** There was one and it lacked nothing. */
        UNCHANGED,
        /** There was one and its content is now that of the upload. */
        REPLACED
    }
}
