package org.buckytools.cli.output;

import java.time.Duration;
import java.util.Optional;

/** The line on the whole, the same on a terminal and in a log. */
final class ProgressLine {
    private ProgressLine() {}

    static String total(Progress progress, Rates rates) {
        return done(progress)
                + Quantities.bytes((double) progress.bytes()) + ", " + Quantities.rate(rates.metricsPerSecond())
                + " metrics/s, " + Quantities.bytes(rates.bytesPerSecond()) + "/s"
                + left(progress, rates)
                + (progress.failed() > 0 ? ", " + Quantities.count(progress.failed()) + " failed" : "");
    }

    private static String done(Progress progress) {
        String finished = Quantities.count(progress.finished());
        return progress.planned() == Progress.UNKNOWN
                ? finished + " metrics, "
                : finished + " of " + Quantities.count(progress.planned()) + " metrics ("
                        + percent(progress.finished(), progress.planned()) + "), ";
    }

    private static String left(Progress progress, Rates rates) {
        if (progress.planned() == Progress.UNKNOWN) {
            return "";
        }
        Optional<Duration> time = rates.timeFor(progress.planned() - progress.finished());
        return ", " + time.map(eta -> Quantities.time(eta) + " left").orElse("waiting");
    }

    static String percent(long part, long whole) {
        // Never 100 before the end.
        return (whole == 0 ? 100 : part * 100 / whole) + "%";
    }
}
