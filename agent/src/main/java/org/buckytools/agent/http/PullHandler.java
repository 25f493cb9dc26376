package org.buckytools.agent.http;

import java.io.IOException;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.pull.PullService;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.ItemResult;
import org.buckytools.protocol.transfer.PullRequest;

/** {@code POST /v2/pull}: has this daemon fetch metrics from another one, and reports each as soon as it is durable. */
final class PullHandler implements Handler {
    private final PullService pulls;

    PullHandler(PullService pulls) {
        this.pulls = pulls;
    }

    @Override
    public Response handle(Request request) throws IOException {
        PullRequest asked = Json.read(request.body().stream(), "the request", PullRequest::read);
        pulls.check(asked.source());
        return ResultLines.response(lines -> pulls.pull(
                asked,
                request.token(),
                metric -> request.access().allows(Operation.UPDATE, metric.value()),
                copied -> lines.send(ItemResult.together(copied))));
    }
}
