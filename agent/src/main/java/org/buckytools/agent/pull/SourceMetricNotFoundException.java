package org.buckytools.agent.pull;

import java.io.IOException;
import java.io.Serial;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricName;

/** The daemon that was to have a metric has none of that name. */
public final class SourceMetricNotFoundException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    SourceMetricNotFoundException(DaemonAddress source, MetricName metric) {
        super("Error fetching metric: " + source + " has no metric " + metric);
    }
}
