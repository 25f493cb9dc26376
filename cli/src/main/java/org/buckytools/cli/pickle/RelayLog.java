package org.buckytools.cli.pickle;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Says what happens, with the time; so many lines a second at most, as a sender that errs may err a thousand times a second. */
final class RelayLog {
    private static final int LINES_PER_PERIOD = 20;
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Consumer<String> out;
    private final InstantSource clock;
    private final boolean debug;
    private Instant periodEnd = Instant.MIN;
    private int inPeriod;
    private long suppressed;

    RelayLog(Consumer<String> out, InstantSource clock, boolean debug) {
        this.out = out;
        this.clock = clock;
        this.debug = debug;
    }

    /** A line, unless there were too many lately; how many were left out is said later. */
    synchronized void say(String line) {
        Instant now = clock.instant();
        if (!now.isBefore(periodEnd)) {
            periodEnd = now.plus(PERIOD);
            inPeriod = 0;
            if (suppressed > 0) {
                write(now, suppressed + " lines were left out");
                suppressed = 0;
            }
        }
        if (inPeriod++ < LINES_PER_PERIOD) {
            write(now, line);
        } else {
            suppressed++;
        }
    }

    /** A line that is written however many there were. */
    synchronized void announce(String line) {
        write(clock.instant(), line);
    }

    /** A line that is only made, and then always written, where everything is to be said. */
    void debug(Supplier<String> line) {
        if (debug) {
            write(clock.instant(), line.get());
        }
    }

    private void write(Instant now, String line) {
        out.accept(now.truncatedTo(ChronoUnit.MILLIS) + " " + line);
    }
}
