package org.buckytools.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DecayingPenaltyTest {
    private static final long SECOND = 1_000_000_000L;

    private final PenaltyPolicy policy =
            new PenaltyPolicy(1000, 1900, 1000, 4000, Duration.ofSeconds(10), Duration.ofMinutes(2));
    private final DecayingPenalty penalty = new DecayingPenalty(policy);

    @Test
    void overlooksASingleFailure() {
        assertThat(penalty.failed(0)).isFalse();
        assertThat(penalty.isSuppressed(0)).isFalse();
        assertThat(penalty.isDoubtful()).isTrue();
    }

    @Test
    void setsANodeAsideAfterTwoFailuresCloseTogether() {
        penalty.failed(0);

        assertThat(penalty.failed(SECOND / 2)).isTrue();
        assertThat(penalty.isSuppressed(SECOND / 2)).isTrue();
        assertThat(penalty.failed(SECOND / 2)).as("it is set aside already").isFalse();
    }

    @Test
    void overlooksFailuresFarApart() {
        for (long i = 0; i < 50; i++) {
            penalty.failed(i * 60 * SECOND);
            penalty.succeeded();
            assertThat(penalty.isSuppressed(i * 60 * SECOND)).isFalse();
        }
        assertThat(penalty.isGivenUp()).isFalse();
    }

    @Test
    void triesANodeAgainWhenItsPenaltyHasDecayed() {
        penalty.failed(0);
        penalty.failed(0);

        assertThat(penalty.reuseAt()).isBetween(10 * SECOND, 10 * SECOND + 10);
        assertThat(penalty.isSuppressed(10 * SECOND - 1000)).isTrue();
        assertThat(penalty.isSuppressed(penalty.reuseAt())).isFalse();
    }

    @Test
    void setsANodeAsideForNoLongerThanTheMostAllows() {
        for (int i = 0; i < 100; i++) {
            penalty.failed(0);
        }

        assertThat(penalty.reuseAt()).isBetween(20 * SECOND, 20 * SECOND + 10);
    }

    @Test
    void givesUpANodeThatOnlyFails() {
        penalty.failed(0);
        penalty.failed(119 * SECOND);
        assertThat(penalty.isGivenUp()).isFalse();

        penalty.failed(120 * SECOND);

        assertThat(penalty.isGivenUp()).isTrue();
    }

    @Test
    void startsCountingAnewAfterASuccess() {
        penalty.failed(0);
        penalty.succeeded();

        penalty.failed(200 * SECOND);

        assertThat(penalty.isGivenUp()).isFalse();
    }
}
