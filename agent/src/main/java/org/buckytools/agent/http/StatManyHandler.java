package org.buckytools.agent.http;

import java.io.IOException;
import java.util.Optional;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.StatRequest;

/** {@code POST /v2/stat}: the stats of many metrics, in the order asked for. */
final class StatManyHandler implements Handler {
    private final MetricStore store;

    StatManyHandler(MetricStore store) {
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        StatRequest asked = Json.read(request.body().stream(), "the request", StatRequest::read);
        for (MetricName metric : asked.metrics()) {
            // Answering null instead would say that there is no such metric.
            request.access().require(Operation.READ, metric.value());
        }
        return Response.lines(lines -> {
            for (MetricName metric : asked.metrics()) {
                Optional<MetricStat> stat = store.stat(metric);
                if (stat.isPresent()) {
                    lines.write(stat.get());
                } else {
                    lines.writeNull();
                }
            }
        });
    }
}
