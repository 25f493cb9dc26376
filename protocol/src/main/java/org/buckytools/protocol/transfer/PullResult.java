package org.buckytools.protocol.transfer;

import java.util.Optional;

/**
 * What became of one item of a {@link PullRequest}.
 *
 * @param index the item's place in the request, from 0
 * @param outcome what happened
 * @param size the metric's apparent size in bytes at the source, 0 if it failed before that was known
 * @param wireBytes bytes of file content that crossed the network
 * @param version the source's version that is now stored here, for {@link DeleteItem}; empty if the source was being
 *     written while it was read, so that it must be pulled again before it can be deleted
 * @param leftBehind points of the source that found no place here (later than now, or of a retention that this file
 *     does not have): if not 0 the source holds something that this copy does not, and must not be deleted
 * @param failure why it failed; present exactly if {@code outcome} is {@link Outcome#FAILED}
 */
public record PullResult(
        int index,
        Outcome outcome,
        long size,
        long wireBytes,
        Optional<String> version,
        long leftBehind,
        Optional<ItemFailure> failure) {

    /** What happened to the destination's file. */
    public enum Outcome {
        /** There was none; it is now an exact copy. */
        CREATED,
        /** There was one and it got points that it lacked. */
        FILLED,
        /** There was one and it lacked nothing. */
        UNCHANGED,
        /** Nothing was changed here. */
        FAILED
    }

    public PullResult {
        if (failure.isPresent() != (outcome == Outcome.FAILED)) {
            throw new IllegalArgumentException("a failure goes with the outcome FAILED, and only with it");
        }
    }
}
