package org.buckytools.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private long now;

    @Test
    void isSlowWhenASecondBroughtLittle() {
        Pace pace = new Pace(() -> now);
        assertThat(pace.isSlow()).isFalse();
        now += Duration.ofMillis(1001).toNanos();
        pace.add(100_000_000);
        assertThat(pace.isSlow()).isTrue();
    }

    @Test
    void isNotSlowAnyMoreWhenMuchComes() {
        Pace pace = new Pace(() -> now);
        now += Duration.ofSeconds(2).toNanos();
        assertThat(pace.isSlow()).isTrue();
        pace.add(300_000_000);
        now += Duration.ofMillis(500).toNanos();
        assertThat(pace.isSlow()).isTrue();
        now += Duration.ofMillis(500).toNanos();
        assertThat(pace.isSlow()).isFalse();
    }
}
