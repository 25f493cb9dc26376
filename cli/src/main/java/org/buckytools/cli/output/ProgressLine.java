package org.buckytools.cli.output;

import java.time.Duration;
import java.util.Optional;

/** The line on the whole, the same on a terminal and in a log. */
final class ProgressLine {
    private ProgressLine() {}

    static String total(Progress progress, Rates rates) {
        long left = progress.planned() - progress.finished();
        Optional<Duration> time = rates.timeFor(left);
        return Quantities.count(progress.finished()) + " of " + Quantities.count(progress.planned()) + " metrics ("
                + percent(progress.finished(), progress.planned()) + "), "
                + Quantities.bytes((double) progress.bytes()) + ", " + Quantities.rate(rates.metricsPerSecond())
                + " metrics/s, " + Quantities.bytes(rates.bytesPerSecond()) + "/s, "
                + time.map(eta -> Quantities.time(eta) + " left").orElse("waiting")
                + (progress.failed() > 0 ? ", " + Quantities.count(progress.failed()) + " failed" : "");
    }

    static String percent(long part, long whole) {
        // Never 100 before the end.
        return (whole == 0 ? 100 : part * 100 / whole) + "%";
    }
}
