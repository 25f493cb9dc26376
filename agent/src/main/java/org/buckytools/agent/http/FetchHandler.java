package org.buckytools.agent.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.pull.FetchService;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.FetchRequest;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.FileStreamWriter;

/** {@code POST /v2/fetch}: sends many files in one answer. */
final class FetchHandler implements Handler {
    private final FetchService fetches;

    FetchHandler(FetchService fetches) {
        this.fetches = fetches;
    }

    @Override
    public Response handle(Request request) throws IOException {
        FetchRequest asked = Json.read(request.body().stream(), "the request", FetchRequest::read);
        return Response.stream(FileStreamFormat.CONTENT_TYPE, OptionalLong.empty(), sink -> {
            // The header at once: it is what the puller waits for while other fetches go first.
            sink.flush();
            fetches.send(
                    asked,
                    request.client(),
                    metric -> request.access().allows(Operation.READ, metric.value()),
                    new Wire(sink));
        });
    }

    /** What is written to the caller's connection. */
    private record Wire(BodySink body) implements FileStreamWriter.Sink {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            body.write(bytes);
        }

        @Override
        public boolean hadToWait() {
            return body.hadToWait();
        }
    }
}
