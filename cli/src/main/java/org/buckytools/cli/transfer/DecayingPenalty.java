package org.buckytools.cli.transfer;

import java.util.OptionalLong;

/** The penalty of one node. Times are those of a {@link Ticker}. Not safe for use by several threads at once. */
final class DecayingPenalty {
    private final PenaltyPolicy policy;
    private double value;
    private long valueAt;
    private boolean suppressed;
    private OptionalLong failingSince = OptionalLong.empty();
    private boolean givenUp;

    DecayingPenalty(PenaltyPolicy policy) {
        this.policy = policy;
    }

    /**
     * A failure that was the node's fault.
     *
     * @return whether that set it aside
     */
    boolean failed(long now) {
        value = Math.min(policy.most(), valueNow(now) + policy.perFailure());
        valueAt = now;
        if (failingSince.isEmpty()) {
            failingSince = OptionalLong.of(now);
        } else if (now - failingSince.getAsLong() >= policy.giveUpAfter().toNanos()) {
            givenUp = true;
        }
        boolean before = suppressed;
        suppressed |= value >= policy.suppressAt();
        return suppressed && !before;
    }

    /** It did what it was asked to; the penalty itself only goes away with time. */
    void succeeded() {
        failingSince = OptionalLong.empty();
    }

    /** Whether it is to be left alone now. */
    boolean isSuppressed(long now) {
        if (suppressed && valueNow(now) < policy.reuseAt()) {
            suppressed = false;
        }
        return suppressed;
    }

    /** Whether it has failed and not succeeded since, so that one batch is enough to find out. */
    boolean isDoubtful() {
        return failingSince.isPresent();
    }

    /** Whether it has failed for so long that nothing more is expected of it. */
    boolean isGivenUp() {
        return givenUp;
    }

    /** When a node that is suppressed now will be tried again. */
    long reuseAt() {
        double halfLives = Math.log(value / policy.reuseAt()) / Math.log(2);
        // One more, as below is not at the limit.
        return valueAt + (long) Math.ceil(halfLives * policy.halfLife().toNanos()) + 1;
    }

    private double valueNow(long now) {
        return value * Math.pow(2, -(double) (now - valueAt) / policy.halfLife().toNanos());
    }
}
