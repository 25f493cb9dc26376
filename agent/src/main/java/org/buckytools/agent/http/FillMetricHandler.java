package org.buckytools.agent.http;

import java.io.IOException;
import java.util.Optional;
import org.buckytools.agent.store.MetricStore;

/**
 * {@code POST /metrics/NAME}: fills what the metric's file lacks from the body, or creates it. With
 * {@code fetch_offload=true} in the query the daemon fetches the body by itself.
 */
final class FillMetricHandler implements Handler {
    private final MetricStore store;
    private final Handler offload;

    FillMetricHandler(MetricStore store, Handler offload) {
        this.store = store;
        this.offload = offload;
    }

    @Override
    public Response handle(Request request) throws IOException {
        if (request.queryParameter("fetch_offload").equals(Optional.of("true"))) {
            return offload.handle(request);
        }
        long sourceNow = Clocks.ofCaller(request);
        return Upload.receive(request, store, incoming -> incoming.createOrFill(sourceNow));
    }
}
