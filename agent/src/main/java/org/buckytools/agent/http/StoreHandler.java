package org.buckytools.agent.http;

import java.io.IOException;
import java.nio.channels.Channels;
import org.buckytools.agent.auth.Operation;
import org.buckytools.agent.pull.StoreService;
import org.buckytools.protocol.transfer.FileStreamFormat;
import org.buckytools.protocol.transfer.ItemResult;
import org.buckytools.protocol.transfer.StoreRequest;

/** {@code POST /v2/store}: takes many files in one request, and reports each as soon as it is durable. */
final class StoreHandler implements Handler {
    private final StoreService stores;

    StoreHandler(StoreService stores) {
        this.stores = stores;
    }

    @Override
    public Response handle(Request request) throws IOException {
        if (!request.header("Content-Type").orElse("").startsWith(FileStreamFormat.CONTENT_TYPE)) {
            throw new BadRequestException("Content-Type must be " + FileStreamFormat.CONTENT_TYPE + ".");
        }
        long callerNow = Clocks.ofCaller(request);
        BodyChannel body = new BodyChannel(request.body());
        StoreRequest asked = StoreRequest.readBodyStart(Channels.newInputStream(body));
        return ResultLines.response(lines -> stores.store(
                asked,
                callerNow,
                metric -> request.access().allows(Operation.UPDATE, metric.value()),
                body,
                stored -> lines.send(ItemResult.together(stored))));
    }
}
