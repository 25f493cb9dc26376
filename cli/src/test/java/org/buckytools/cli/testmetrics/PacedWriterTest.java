package org.buckytools.cli.testmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacedWriterTest {
    private static final long SECOND = 1_000_000_000L;

    private final FakeWatch watch = new FakeWatch();
    private final CountingWriter counted = new CountingWriter();

    private static final class FakeWatch implements Stopwatch {
        private long now;
        private final List<Duration> sleeps = new ArrayList<>();

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void sleep(Duration time) {
            sleeps.add(time);
            now += time.toNanos();
        }
    }

    private static final class CountingWriter implements PointWriter {
        private int points;
        private int flushed;

        @Override
        public void time(long seconds) {}

        @Override
        public void point(byte[] bytes, int from, int length, long value) {
            points++;
        }

        @Override
        public void flush() {
            flushed = points;
        }
    }

    private void write(PacedWriter writer, int points) throws IOException, InterruptedException {
        for (int i = 0; i < points; i++) {
            writer.point(new byte[0], 0, 0, 0);
        }
    }

    @Test
    void takesTheTimeThatTheRateSays() throws Exception {
        write(new PacedWriter(counted, 1000, watch), 5000);

        assertThat(watch.now).isEqualTo(5 * SECOND);
        assertThat(watch.sleeps).hasSize(500);
        assertThat(counted.flushed).isEqualTo(5000);
    }

    @Test
    void sendsOneByOneAtALowRate() throws Exception {
        write(new PacedWriter(counted, 0.5, watch), 3);

        assertThat(watch.sleeps).hasSize(3).containsOnly(Duration.ofSeconds(2));
        assertThat(counted.flushed).isEqualTo(3);
    }

    @Test
    void catchesUpALittleButDoesNotFloodAfterAStall() throws Exception {
        PacedWriter writer = new PacedWriter(counted, 1000, watch);
        write(writer, 10);
        watch.now += SECOND / 2;
        write(writer, 490);
        assertThat(watch.sleeps).hasSize(1);

        watch.now += 60 * SECOND;
        write(writer, 10);
        long afterTheStall = watch.now;
        write(writer, 1000);
        assertThat(watch.now - afterTheStall).isEqualTo(SECOND);
    }
}
