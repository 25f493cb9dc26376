package org.buckytools.cli.option;

import java.time.Duration;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.transfer.HealthSettings;
import picocli.CommandLine.Option;

/** How nodes are kept from being overrun, as in the Go fork. */
public final class ThrottleOptions {
    @Option(
            names = "--go-carbon-health-check",
            description = "Bound the metrics a second of each node, and slow down where go-carbon's cache fills up.")
    boolean healthCheck;

    @Option(
            names = "--go-carbon-health-check-interval",
            paramLabel = "SECONDS",
            description = "Between two looks at each go-carbon. Default: ${DEFAULT-VALUE}.")
    int interval = 10;

    @Option(
            names = "--go-carbon-protocol",
            paramLabel = "PROTOCOL",
            description = "http or https, of go-carbon's /admin/info. Default: ${DEFAULT-VALUE}.")
    String protocol = "http";

    @Option(
            names = "--go-carbon-port",
            paramLabel = "PORT",
            description = "Of go-carbon's /admin/info. Default: ${DEFAULT-VALUE}.")
    int port = 8080;

    @Option(
            names = "--go-carbon-cache-threshold",
            paramLabel = "PART",
            description = "A cache this full means overload. Default: ${DEFAULT-VALUE}.")
    double threshold = 0.75;

    @Option(
            names = "--metrics-per-second",
            paramLabel = "N",
            description = "In which each node takes part at first; only with the health check. Default: 1.")
    Integer metricsPerSecond;

    @Option(
            names = "--sync-speed-up-interval",
            paramLabel = "SECONDS",
            description = "Between two increases of that, 0 or -1 for none; only with the health check. Default: 600.")
    Integer speedUpInterval;

    @Option(
            names = "--no-random-easing",
            description = "Do not lower it at random now and then; only with the health check.")
    boolean noRandomEasing;

    /** Whether something was typed that has no effect without the health check; scripts for the Go tools may do so. */
    boolean isIdle() {
        return !healthCheck && (metricsPerSecond != null || speedUpInterval != null || noRandomEasing);
    }

    /** What was asked for; empty without the health check. */
    public Optional<HealthSettings> settings() throws UserFacingException {
        if (!healthCheck) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HealthSettings(
                    Duration.ofSeconds(interval),
                    protocol,
                    port,
                    threshold,
                    metricsPerSecond == null ? 1 : metricsPerSecond,
                    Duration.ofSeconds(speedUpInterval == null ? 600 : Math.max(0, speedUpInterval)),
                    !noRandomEasing));
        } catch (IllegalArgumentException e) {
            throw UserFacingException.usage(e.getMessage(), "");
        }
    }
}
