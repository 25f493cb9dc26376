package org.buckytools.cli.option;

import java.time.Duration;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.transfer.GraphiteSettings;
import org.buckytools.protocol.DaemonAddress;
import picocli.CommandLine.Option;

/** Reports to Graphite, as in the Go fork. */
public final class ReportOptions {
    @Option(
            names = "--graphite-endpoint",
            paramLabel = "HOST[:PORT]",
            description =
                    "Report counters to this Graphite while moving, in plain lines over TCP; port 2003 if not given.")
    String endpoint;

    @Option(
            names = "--graphite-metrics-prefix",
            paramLabel = "PREFIX",
            description = "Of their names. Default: ${DEFAULT-VALUE}.")
    String prefix = "carbon.buckytools";

    @Option(
            names = "--graphite-ip-to-hostname",
            description = "Report nodes that are given as addresses under their host names.")
    boolean resolveNames;

    @Option(
            names = "--graphite-stat-interval",
            paramLabel = "SECONDS",
            description = "Between two reports. Default: ${DEFAULT-VALUE}.")
    int interval = 60;

    /** What was asked for; empty without an endpoint. */
    public Optional<GraphiteSettings> settings() throws UserFacingException {
        if (endpoint == null || endpoint.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new GraphiteSettings(
                    DaemonAddress.parse(endpoint, GraphiteSettings.DEFAULT_PORT),
                    prefix,
                    resolveNames,
                    Duration.ofSeconds(interval)));
        } catch (IllegalArgumentException e) {
            throw UserFacingException.usage("--graphite-endpoint: " + e.getMessage(), "");
        }
    }
}
