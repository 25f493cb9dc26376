package org.buckytools.cli.transfer;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What became of one metric at one destination.
 *
 * @param outcome what happened there
 * @param size at the source, in bytes
 * @param wireBytes that crossed the network
 * @param version of the source that the destination has now, for a {@link Remover}; empty if it was being written
 * @param obstacle why the source must not be deleted although it was copied
 * @param removed whether the source has deleted it since
 * @param problem why it was not copied; present exactly if it failed
 */
record CopyResult(
        Outcome outcome,
        long size,
        long wireBytes,
        Optional<String> version,
        Optional<Problem> obstacle,
        boolean removed,
        Optional<Problem> problem) {
    /** What happened to the destination's file. */
    enum Outcome {
        CREATED,
        FILLED,
        UNCHANGED,
        FAILED
    }

    CopyResult {
        requireNonNull(version, "version is null");
        requireNonNull(obstacle, "obstacle is null");
        if (problem.isPresent() != (outcome == Outcome.FAILED)) {
            throw new IllegalArgumentException("a problem goes with the outcome FAILED, and only with it");
        }
    }

    static CopyResult failed(Problem.Kind kind, String message) {
        return new CopyResult(
                Outcome.FAILED,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(new Problem(kind, message)));
    }
}
