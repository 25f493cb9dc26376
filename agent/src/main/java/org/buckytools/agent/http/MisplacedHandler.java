package org.buckytools.agent.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.inventory.InventorySnapshot;
import org.buckytools.agent.inventory.Misplaced;
import org.buckytools.agent.inventory.NameFilter;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.NameListWriter;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.transfer.MisplacedMetric;
import org.buckytools.protocol.transfer.MisplacedQuery;

/** {@code POST /v2/misplaced}: the metrics that a ring puts on other hosts, found here so that the others need not be sent. */
final class MisplacedHandler implements Handler {
    private static final long SIZE_NOT_ASKED_FOR = -1;

    private final Inventory inventory;
    private final MetricStore store;

    MisplacedHandler(Inventory inventory, MetricStore store) {
        this.inventory = inventory;
        this.store = store;
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
        return Response.lines(lines -> Misplaced.find(snapshot, ring, query.host(), filter, (name, length, owners) -> {
            long size = query.withSize() ? sizeOf(name, length) : SIZE_NOT_ASKED_FOR;
            lines.write(json -> MisplacedMetric.write(json, name, length, owners, size));
        }));
    }

    private long sizeOf(byte[] name, int length) throws IOException {
        return store.sizeOf(new MetricName(new String(name, 0, length, StandardCharsets.UTF_8)));
    }
}
