package org.buckytools.agent.http;

import java.io.IOException;
import org.buckytools.agent.store.Incoming;
import org.buckytools.agent.store.MetricStore;

/** {@code PUT /metrics/NAME}: the body becomes the metric's file. */
final class ReplaceMetricHandler implements Handler {
    private final MetricStore store;

    ReplaceMetricHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        return Upload.receive(request, store, Incoming::replace);
    }
}
