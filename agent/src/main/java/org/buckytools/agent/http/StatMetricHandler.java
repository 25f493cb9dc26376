package org.buckytools.agent.http;

import java.io.IOException;
import java.util.Optional;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.MetricStat;

/** {@code HEAD /metrics/NAME}: its stat as a header. */
final class StatMetricHandler implements Handler {
    private final MetricStore store;

    StatMetricHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        Optional<MetricStat> stat = store.stat(request.metricName());
        // A Go daemon sends the header for a missing metric too.
        return Response.empty(stat.isPresent() ? 200 : 404)
                .with(MetricStat.HEADER, stat.map(MetricStat::toHeader).orElse("null"));
    }
}
