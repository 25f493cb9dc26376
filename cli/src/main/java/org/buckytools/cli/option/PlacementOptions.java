package org.buckytools.cli.option;

import java.util.List;
import picocli.CommandLine.Option;

/** Which of a daemon's metrics are looked at when asking for those in the wrong place. */
public final class PlacementOptions {
    @Option(
            names = "--filter-cache-metrics",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Leave out the metrics that carbon daemons write about themselves straight to their own disk."
                    + " On unless turned off.")
    boolean filterCacheMetrics;

    @Option(
            names = "--go-carbon-prefix",
            paramLabel = "PREFIX",
            description = "What the names of those metrics start with. Default: ${DEFAULT-VALUE}.")
    String prefix = "carbon.agents.";

    /** Names that start with one of these are not looked at. */
    public List<String> exceptPrefixes() {
        return filterCacheMetrics && !prefix.isEmpty() ? List.of(prefix) : List.of();
    }
}
