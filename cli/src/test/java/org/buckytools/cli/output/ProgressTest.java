package org.buckytools.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong();

    private static Progress progress(long finished, long failed) {
        return new Progress(
                10_000,
                finished,
                failed,
                finished * 1_000_000,
                List.of(
                        new Progress.Pair("a:4242", "b:4242", 4_000, finished / 2, failed, finished * 500_000),
                        new Progress.Pair("a:4242", "long:4242", 6_000, finished / 2, 0, finished * 500_000),
                        new Progress.Pair("b:4242", "a:4242", 5, 5, 0, 5)));
    }

    @Test
    void logsALineEveryTenSeconds() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(InputStream.nullInputStream(), err, new PrintStream(err, true, StandardCharsets.UTF_8));
        LoggedProgress view = new LoggedProgress(console, nanos::get, () -> Instant.EPOCH);

        for (int second = 0; second <= 25; second++) {
            nanos.set(second * SECOND);
            int at = second;
            view.update(() -> progress(at * 100L, 3));
        }
        view.close();

        assertThat(err.toString(StandardCharsets.UTF_8).lines().map(line -> line.substring(20)))
                .containsExactly(
                        "1,000 of 10,000 metrics (10%), 1.0 GB, 100 metrics/s, 100 MB/s, 1:30 left, 3 failed",
                        "2,000 of 10,000 metrics (20%), 2.0 GB, 100 metrics/s, 100 MB/s, 1:20 left, 3 failed");
    }

    @Test
    void saysThatItWaitsWhileNothingMoves() {
        Rates rates = new Rates(0);
        rates.add(10 * SECOND, 0, 0);

        assertThat(ProgressLine.total(progress(0, 0), rates))
                .isEqualTo("0 of 10,000 metrics (0%), 0 B, 0.0 metrics/s, 0 B/s, waiting");
    }

    @Test
    void forgetsSpeedsOfLongAgo() {
        Rates rates = new Rates(0);
        for (int second = 1; second <= 100; second++) {
            rates.add(second * SECOND, second <= 50 ? second * 1000L : 50_000, 0);
        }

        assertThat(rates.metricsPerSecond()).isZero();
    }

    @Test
    void drawsALineForEachPairThatIsNotFinished() throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try (LiveProgress view = new LiveProgress(terminal(screen), nanos::get)) {
            nanos.set(SECOND);
            view.update(() -> progress(2000, 1));
            String drawn = screen.toString(StandardCharsets.UTF_8);
            assertThat(drawn.replaceAll("\u001b\\[[0-9]*[A-Z]", "").lines())
                    .containsExactly(
                            "a:4242 => b:4242     [#####...............]  1,000/4,000  1.0 GB  1.0 GB/s  1 f",
                            "a:4242 => long:4242  [###.................]  1,000/6,000  1.0 GB  1.0 GB/s",
                            "2,000 of 10,000 metrics (20%), 2.0 GB, 2,000 metrics/s, 2.0 GB/s, 4.0 s left, 1");

            view.say("b:4242 is set aside");
            assertThat(screen.toString(StandardCharsets.UTF_8).substring(drawn.length()))
                    .startsWith("\u001b[3A")
                    .contains("b:4242 is set aside");

            int before = screen.size();
            nanos.set(SECOND + SECOND / 10);
            view.update(() -> progress(2000, 1));
            assertThat(screen.size())
                    .as("what was said is followed by a new drawing at once")
                    .isGreaterThan(before);
            int after = screen.size();
            view.update(() -> progress(2000, 1));
            assertThat(screen.size()).as("and then there is a pause").isEqualTo(after);
        }
    }

    private static Terminal terminal(ByteArrayOutputStream screen) throws IOException {
        Terminal terminal = new LineDisciplineTerminal("test", "xterm", screen, StandardCharsets.UTF_8);
        terminal.setSize(Size.of(80, 24));
        return terminal;
    }
}
