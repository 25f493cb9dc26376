package org.buckytools.agent.http;

import java.io.IOException;
import java.util.Optional;
import org.buckytools.agent.pull.PullService;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.MetricName;

/**
 * {@code POST /metrics/NAME?fetch_offload=true}: version 1's pull of one metric, with {@code server}, {@code metric} and
 * {@code no_encoding} in a form or in the query.
 */
final class OffloadHandler implements Handler {
    private final PullService pulls;

    OffloadHandler(PullService pulls) {
        this.pulls = pulls;
    }

    @Override
    public Response handle(Request request) throws IOException {
        DaemonAddress source;
        MetricName from;
        try {
            source = DaemonAddress.parse(required(request, "server"), DaemonAddress.DEFAULT_PORT);
            from = new MetricName(required(request, "metric"));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("Error fetching metric: " + e.getMessage(), e);
        }
        boolean encoded = !request.parameter("no_encoding").equals(Optional.of("true"));
        PullService.Offloaded done = pulls.offload(request.metricName(), source, from, encoded, request.token());
        return Response.json(Upload.timings(done.result(), done.downloadNanos()));
    }

    private static String required(Request request, String name) throws IOException {
        return request.parameter(name)
                .filter(value -> !value.isEmpty())
                .orElseThrow(
                        () -> new BadRequestException("Error fetching metric: the parameter " + name + " is missing"));
    }
}
