package org.buckytools.cli.transfer;

import java.time.InstantSource;
import java.util.Optional;
import org.buckytools.protocol.MetricStat;

/** What can be told of a file's content where a daemon names no versions: its size and the second in which it was written. */
final class V1Version {
    /**
     * A file written in the second in which it is read can be written again in that second, without anything to be seen of it. Two
     * seconds leave room for the daemon's clock, too.
     */
    private static final long QUIET_SECONDS = 2;

    /**
     * A time that lies so far in the future is no clock's that runs a little fast: it was set by hand, or by a clock that was wrong
     * then. Whoever writes the file now gives it the present time, which is seen.
     */
    private static final long FUTURE_SECONDS = 86_400;

    private static final String PREFIX = "v1:";

    private V1Version() {}

    /** The version of a file that is about to be read; empty if it was written just now. */
    static Optional<String> of(MetricStat stat, InstantSource clock) {
        long age = clock.instant().getEpochSecond() - stat.modTime();
        boolean quiet = age >= QUIET_SECONDS || age <= -FUTURE_SECONDS;
        return quiet ? Optional.of(text(stat)) : Optional.empty();
    }

    /** Whether a file was written so lately, by our own clock, that it may be written again in the same moment. */
    static boolean isYoung(MetricStat stat, InstantSource clock) {
        return Math.abs(clock.instant().getEpochSecond() - stat.modTime()) < QUIET_SECONDS;
    }

    /** Whether the file is still what it was. */
    static boolean matches(String version, MetricStat stat) {
        return version.equals(text(stat));
    }

    /** Whether a version is one of these, and not one that a daemon named. */
    static boolean isOne(String version) {
        return version.startsWith(PREFIX);
    }

    private static String text(MetricStat stat) {
        return PREFIX + stat.size() + ":" + stat.modTime();
    }
}
