package org.buckytools.agent.http;

import java.io.IOException;
import java.util.OptionalLong;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.inventory.InventorySnapshot;
import org.buckytools.agent.inventory.Misplaced;
import org.buckytools.agent.inventory.NameFilter;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.NameListWriter;
import org.buckytools.protocol.OwnedNameWriter;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.MisplacedQuery;

/** {@code POST /v2/misplaced}: the metrics that a ring puts on other hosts, found here so that the others need not be sent. */
final class MisplacedHandler implements Handler {
    private final Inventory inventory;

    MisplacedHandler(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public Response handle(Request request) throws IOException {
        MisplacedQuery query = Json.read(request.body().stream(), "the request", MisplacedQuery::read);
        HashRing ring;
        NameFilter filter;
        try {
            ring = query.ring().toHashRing();
            filter = NameFilter.of(query.regex(), java.util.Optional.empty()).except(query.exceptPrefixes());
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e.getMessage(), e);
        }
        if (query.rescan()) {
            inventory.rescan();
            throw new InventoryNotReadyException();
        }
        InventorySnapshot snapshot = inventory.snapshot(false).orElseThrow(InventoryNotReadyException::new);
        if (query.namesOnly()) {
            return Response.stream(Json.CONTENT_TYPE, OptionalLong.empty(), sink -> {
                NameListWriter writer = new NameListWriter(sink);
                Misplaced.find(
                        snapshot, ring, query.host(), filter, (name, length, owners) -> writer.add(name, 0, length));
                writer.end();
            });
        }
        return Response.stream(Json.CONTENT_TYPE, OptionalLong.empty(), sink -> {
            OwnedNameWriter writer = new OwnedNameWriter(sink);
            Misplaced.find(snapshot, ring, query.host(), filter, writer::add);
            writer.end();
        });
    }
}
