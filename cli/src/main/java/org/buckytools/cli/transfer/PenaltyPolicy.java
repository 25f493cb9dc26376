package org.buckytools.cli.transfer;

import java.time.Duration;

/**
 * When a node that fails is left alone, in the way in which routers damp routes that flap: each failure adds to the node's penalty,
 * the penalty decays with time, above one limit the node is set aside and below another it is tried again.
 *
 * @param perFailure what a failure adds
 * @param suppressAt the penalty from which on a node is set aside
 * @param reuseAt the penalty below which it is tried again, with one batch until that has succeeded
 * @param most the penalty grows no further than this, which bounds the time for which a node is set aside
 * @param halfLife in which a penalty becomes half as large
 * @param giveUpAfter a node that has only failed for this long is given up
 */
public record PenaltyPolicy(
        double perFailure, double suppressAt, double reuseAt, double most, Duration halfLife, Duration giveUpAfter) {
    /**
     * Two failures close together set a node aside, for ten to twenty seconds, in which a daemon can be started again; two minutes
     * of nothing but failures are taken for the end.
     */
    public static final PenaltyPolicy DEFAULT =
            new PenaltyPolicy(1000, 1900, 1000, 4000, Duration.ofSeconds(10), Duration.ofMinutes(2));

    public PenaltyPolicy {
        if (!(perFailure > 0 && reuseAt > 0 && suppressAt > reuseAt && most >= suppressAt)) {
            throw new IllegalArgumentException("a penalty needs 0 < reuse < suppress <= most");
        }
        if (halfLife.isNegative() || halfLife.isZero()) {
            throw new IllegalArgumentException("a half-life is longer than nothing, not " + halfLife);
        }
    }
}
