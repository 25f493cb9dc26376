package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.util.List;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/delete}: deletes each metric that still is the version named. The answer is a stream of
 * {@link DeleteResult}, one an item.
 *
 * @param items 1 to {@value #MAX_ITEMS}
 * @param atOnce whether a file that somebody has open or locked is kept ({@link ItemFailure.Reason#BUSY}) instead of waited for
 */
public record DeleteRequest(List<DeleteItem> items, boolean atOnce) implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = 4096;

    public DeleteRequest {
        items = List.copyOf(items);
        if (items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("a delete has 1 to " + MAX_ITEMS + " items, not " + items.size());
        }
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        if (atOnce) {
            json.writeBooleanProperty("atOnce", true);
        }
        json.writeName("items");
        json.writeStartArray();
        items.forEach(item -> item.writeTo(json));
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static DeleteRequest read(JsonInput input) throws IOException {
        List<DeleteItem> items = List.of();
        boolean atOnce = false;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "atOnce" -> atOnce = input.flag();
                case "items" -> items = input.list(MAX_ITEMS, DeleteItem::read);
                default -> input.skip();
            }
        }
        if (items.isEmpty()) {
            throw input.problem("there are no items");
        }
        return new DeleteRequest(items, atOnce);
    }
}
