package org.buckytools.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.inventory.InventorySnapshot;
import org.buckytools.agent.inventory.NameFilter;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricQueryForm;
import org.buckytools.protocol.NameListWriter;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.names.NameList;

/** {@code GET} and {@code POST /metrics}: the names that the query means, streamed from the inventory. */
final class ListMetricsHandler implements Handler {
    private final Inventory inventory;

    ListMetricsHandler(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public Response handle(Request request) throws IOException {
        NameList.Builder names = NameList.builder();
        MetricQueryForm query = MetricQueryForm.read(
                request.target().rawQuery().orElse(""),
                request.hasForm() ? request.body().stream() : InputStream.nullInputStream(),
                names::add);
        NameFilter filter = filter(query, names);
        // Our own client says its clock, and asks for a rescan once; a Go client repeats it after every 202.
        if (query.rescan() && request.header(Headers.NOW).isPresent()) {
            inventory.rescan();
            throw new InventoryNotReadyException();
        }
        InventorySnapshot snapshot = inventory.snapshot(query.rescan()).orElseThrow(InventoryNotReadyException::new);
        return Response.stream(Json.CONTENT_TYPE, OptionalLong.empty(), sink -> {
            NameListWriter writer = new NameListWriter(sink);
            snapshot.forEach(filter, (name, length) -> writer.add(name, 0, length));
            writer.end();
        });
    }

    private static NameFilter filter(MetricQueryForm query, NameList.Builder names) throws BadRequestException {
        try {
            return NameFilter.of(query.regex(), query.namesGiven() ? Optional.of(names.build()) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("the parameter regex: " + e.getMessage(), e);
        }
    }
}
