package org.buckytools.cli.transfer;

import java.time.Duration;
import org.buckytools.protocol.DaemonAddress;

/**
 * Where to report to while a plan is run.
 *
 * @param endpoint that takes Graphite's plain lines
 * @param prefix of the names, without a dot at its end
 * @param resolveNames whether nodes given as addresses are reported under their host names
 * @param interval between two reports
 */
public record GraphiteSettings(DaemonAddress endpoint, String prefix, boolean resolveNames, Duration interval) {
    /** The port on which carbon takes lines. */
    public static final int DEFAULT_PORT = 2003;

    public GraphiteSettings {
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("the interval of the reports must be positive");
        }
    }
}
