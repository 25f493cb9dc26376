package org.buckytools.agent.http;

import java.io.IOException;
import org.buckytools.agent.store.MetricStore;

/** {@code DELETE /metrics/NAME}: removes it, whatever it holds. */
final class DeleteMetricHandler implements Handler {
    private final MetricStore store;

    DeleteMetricHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        return store.delete(request.metricName()) ? Response.empty() : Response.text(404, "Metric not found.");
    }
}
