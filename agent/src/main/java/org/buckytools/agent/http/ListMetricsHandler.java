package org.buckytools.agent.http;

import java.io.IOException;
import java.util.OptionalLong;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.protocol.NameListWriter;
import org.buckytools.protocol.json.Json;

/** {@code GET} and {@code POST /metrics}: the names that the query means, streamed from the inventory. */
final class ListMetricsHandler implements Handler {
    private final Inventory inventory;

    ListMetricsHandler(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public Response handle(Request request) throws IOException {
        WantedMetrics wanted = WantedMetrics.of(request, inventory);
        return Response.stream(Json.CONTENT_TYPE, OptionalLong.empty(), sink -> {
            NameListWriter writer = new NameListWriter(sink);
            wanted.snapshot().forEach(wanted.filter(), (name, length) -> writer.add(name, 0, length));
            writer.end();
        });
    }
}
