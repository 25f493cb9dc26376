package org.buckytools.cli.transfer;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How nodes are kept from being overrun, by the fill of their go-carbon's cache.
 *
 * @param interval between two looks at each node
 * @param protocol {@code http} or {@code https}
 * @param port of go-carbon's HTTP server
 * @param threshold the part of the cache's limit from which on a node counts as overloaded
 * @param metricsPerSecond in which each node takes part at first, and again after it was overloaded
 * @param speedUpInterval between two increases of that; zero for none
 * @param randomEasing whether it is now and then lowered at random instead
 */
public record HealthSettings(
        Duration interval,
        String protocol,
        int port,
        double threshold,
        int metricsPerSecond,
        Duration speedUpInterval,
        boolean randomEasing) {
    public HealthSettings {
        requireNonNull(protocol, "protocol is null");
        if (!protocol.equals("http") && !protocol.equals("https")) {
            throw new IllegalArgumentException("go-carbon speaks http or https, not " + protocol);
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        if (!interval.isPositive()) {
            throw new IllegalArgumentException("the interval of the health check must be positive");
        }
        if (metricsPerSecond < 1) {
            throw new IllegalArgumentException("at least one metric a second is needed, not " + metricsPerSecond);
        }
        if (!(threshold > 0)) {
            throw new IllegalArgumentException("the threshold must be above 0, not " + threshold);
        }
    }
}
