package org.buckytools.cli.output;

import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A line every ten seconds, for where there is no terminal. */
public final class LoggedProgress implements ProgressView {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final Console console;
    private final LongSupplier nanos;
    private final InstantSource clock;
    private final Rates rates;
    private long nextAt;

    /** Made for the first line: time zones take milliseconds to load, and most commands are over before there is one. */
    private Optional<DateTimeFormatter> time = Optional.empty();

    /** {@code nanos} measures the intervals, {@code clock} dates the lines. */
    public LoggedProgress(Console console, LongSupplier nanos, InstantSource clock) {
        this.console = console;
        this.nanos = nanos;
        this.clock = clock;
        long now = nanos.getAsLong();
        this.rates = new Rates(now);
        this.nextAt = now + INTERVAL_NANOS;
    }

    @Override
    public void update(Supplier<Progress> progress) {
        long now = nanos.getAsLong();
        if (now >= nextAt) {
            nextAt = now + INTERVAL_NANOS;
            Progress current = progress.get();
            rates.add(now, current.finished(), current.bytes());
            say(ProgressLine.total(current, rates));
        }
    }

    @Override
    public void say(String line) {
        if (time.isEmpty()) {
            time = Optional.of(
                    DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault()));
        }
        console.say(time.get().format(clock.instant()) + " " + line);
    }

    @Override
    public void close() {}
}
