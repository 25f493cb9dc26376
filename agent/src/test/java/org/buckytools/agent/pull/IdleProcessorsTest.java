package org.buckytools.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleProcessorsTest {
    private static final long MILLISECOND = 1_000_000;

    @TempDir
    Path folder;

    private Path counters;
    private long now;
    private IdleProcessors idle;

    @BeforeEach
    void ofFourProcessors() throws IOException {
        counters = folder.resolve("stat");
        idle = new IdleProcessors(counters, 4, () -> now);
        kernelCounts(1000, 2000);
    }

    /** Hundredths of a second since the machine began, of all processors. */
    private void kernelCounts(long busy, long idle) throws IOException {
        // user nice system idle iowait irq softirq steal guest guest_nice
        Files.writeString(
                counters,
                "cpu  " + (busy - 3) + " 1 1 " + (idle - 10)
                        + " 10 0 0 1 500 500\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 1 2 3\n");
    }

    private double after(long milliseconds) {
        now += milliseconds * MILLISECOND;
        return idle.getAsDouble();
    }

    @Test
    void areThoseThatHadNothingToDoSinceItWasLastAsked() throws IOException {
        after(0);
        kernelCounts(1030, 2010);
        assertThat(after(100)).isEqualTo(1.0);
        kernelCounts(1030, 2050);
        assertThat(after(100)).isEqualTo(4.0);
        kernelCounts(1070, 2050);
        assertThat(after(100)).isZero();
    }

    @Test
    void areNoneBeforeTheyAreKnown() throws IOException {
        assertThat(after(0)).isZero();
        kernelCounts(1000, 2040);
        assertThat(after(99)).isZero();
        assertThat(after(1)).isEqualTo(4.0);
    }

    @Test
    void areAMeanOverATenthOfASecondHoweverOftenItIsAsked() throws IOException {
        after(0);
        kernelCounts(1020, 2020);
        assertThat(after(100)).isEqualTo(2.0);
        for (int i = 0; i < 99; i++) {
            kernelCounts(1020 + i, 2020);
            assertThat(after(1)).isEqualTo(2.0);
        }
    }

    @Test
    void areMeasuredAnewAfterAPause() throws IOException {
        after(0);
        kernelCounts(1000, 2040);
        assertThat(after(100)).isEqualTo(4.0);
        kernelCounts(1000, 2440);
        assertThat(after(1001)).as("nobody asked for a second").isZero();
        kernelCounts(1030, 2450);
        assertThat(after(100)).isEqualTo(1.0);
    }

    @Test
    void areAllWhereTheKernelDoesNotSay() throws IOException {
        Files.delete(counters);
        assertThat(after(0)).isEqualTo(4.0);
        for (String strange : new String[] {"", "cpu\n", "cpu  a b c d e f g h\n", "cpu  1 2 3\n"}) {
            Files.writeString(counters, strange);
            assertThat(after(200)).as(strange).isEqualTo(4.0);
        }
    }
}
