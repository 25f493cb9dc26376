package org.buckytools.protocol.transfer;

import java.util.Optional;

/**
 * What became of one item of a {@link DeleteRequest}.
 *
 * @param index the item's place in the request, from 0
 * @param outcome what happened
 * @param failure why it is still there; present exactly if {@code outcome} is {@link Outcome#KEPT}
 */
public record DeleteResult(int index, Outcome outcome, Optional<ItemFailure> failure) {

    /** What happened to the file. */
    public enum Outcome {
        /** It is gone. */
        DELETED,
        /** It was gone already, which is no failure. */
        ABSENT,
        /** It is still there, under its name, with all its points. */
        KEPT
    }

    public DeleteResult {
        if (failure.isPresent() != (outcome == Outcome.KEPT)) {
            throw new IllegalArgumentException("a failure goes with the outcome KEPT, and only with it");
        }
    }
}
