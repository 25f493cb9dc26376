package org.buckytools.cli.transfer;

import java.util.Optional;
import org.buckytools.cli.cluster.Node;

/** Reasons for which a source must stay although its metric was copied. */
final class Obstacles {
    private Obstacles() {}

    static Optional<Problem> leftBehind(long points) {
        return points == 0
                ? Optional.empty()
                : Optional.of(new Problem(
                        Problem.Kind.LEFT_BEHIND,
                        "the source has " + points
                                + (points == 1 ? " point that finds" : " points that find")
                                + " no place in the destination's file (later than now, or of another retention), so it is"
                                + " kept"));
    }

    static Problem inexactFill(Node destination) {
        return new Problem(
                Problem.Kind.INEXACT_FILL,
                destination + " has this metric already, and as a Go daemon it would fill it inexactly, so nothing was"
                        + " done");
    }
}
