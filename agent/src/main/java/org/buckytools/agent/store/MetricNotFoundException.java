package org.buckytools.agent.store;

import java.io.IOException;
import org.buckytools.protocol.MetricName;

/** The store has no such metric. */
public final class MetricNotFoundException extends IOException {
    private final MetricName metric;

    MetricNotFoundException(MetricName metric) {
        super("there is no metric " + metric);
        this.metric = metric;
    }

    public MetricName metric() {
        return metric;
    }
}
