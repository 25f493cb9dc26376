package org.buckytools.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.inventory.InventorySnapshot;
import org.buckytools.agent.inventory.NameFilter;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricQueryForm;
import org.buckytools.protocol.names.NameList;

/**
 * The metrics that a request means by {@code regex}, {@code list} and {@code force}, in its query or a form.
 *
 * @param snapshot the inventory as it is
 * @param filter lets those of it pass that are meant
 */
record WantedMetrics(InventorySnapshot snapshot, NameFilter filter) {
    /**
     * Reads a request.
     *
     * @throws InventoryNotReadyException if there is no list yet, or it is to be made anew first
     */
    static WantedMetrics of(Request request, Inventory inventory) throws IOException {
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
        return new WantedMetrics(snapshot, filter);
    }

    private static NameFilter filter(MetricQueryForm query, NameList.Builder names) throws BadRequestException {
        try {
            return NameFilter.of(query.regex(), query.namesGiven() ? Optional.of(names.build()) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("the parameter regex: " + e.getMessage(), e);
        }
    }

    /** A position before the first of them. */
    NameFilter.Selection select() {
        return snapshot.select(filter);
    }
}
