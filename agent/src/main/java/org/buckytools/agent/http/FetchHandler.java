package org.buckytools.agent.http;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.pull.FetchService;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamFormat;

/** {@code POST /v2/fetch}: sends many files in one answer. */
final class FetchHandler implements Handler {
    private final FetchService fetches;

    FetchHandler(FetchService fetches) {
        this.fetches = fetches;
    }

    private static Optional<String> link(Caller caller) {
        return caller.isOnThisMachine() ? Optional.empty() : Optional.of(caller.address());
    }

    @Override
    public Response handle(Request request) throws IOException {
        FetchRequest asked = Json.read(request.body().stream(), "the request", FetchRequest::read);
        return Response.stream(FileStreamFormat.CONTENT_TYPE, OptionalLong.empty(), sink -> {
            // The header at once: it is what the puller waits for while other fetches go first.
            sink.flush();
            fetches.send(
                    asked,
                    link(request.caller()),
                    metric -> request.access().allows(Operation.READ, metric.value()),
                    sink::write);
        });
    }
}
