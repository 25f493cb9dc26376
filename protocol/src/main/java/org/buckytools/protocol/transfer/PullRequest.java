package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.util.List;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/pull}: asks a daemon to fetch metrics from another one and to store them: created where there is none,
 * else filled. Items are worked on in order, one after the other; the answer is a stream of {@link PullResult}, one for
 * each item or for several that fared alike, sent only after these metrics are durable.
 *
 * @param source the daemon to fetch from
 * @param encoded whether the transfer may be compressed ({@code --no-encoding} makes it false)
 * @param remove whether to have the source delete each metric that is durable here, if it still is what was copied and
 *     nobody has to be waited for; results say which were
 * @param items 1 to {@value #MAX_ITEMS}
 */
public record PullRequest(DaemonAddress source, boolean encoded, boolean remove, List<PullItem> items)
        implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = 4096;

    public PullRequest {
        items = List.copyOf(items);
        if (items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("a pull has 1 to " + MAX_ITEMS + " items, not " + items.size());
        }
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("source", source.toString());
        json.writeBooleanProperty("encoded", encoded);
        if (remove) {
            json.writeBooleanProperty("remove", true);
        }
        json.writeName("items");
        json.writeStartArray();
        items.forEach(item -> item.writeTo(json));
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static PullRequest read(JsonInput input) throws IOException {
        DaemonAddress source = null;
        boolean encoded = true;
        boolean remove = false;
        List<PullItem> items = List.of();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "source" -> source = input.text(text -> DaemonAddress.parse(text, DaemonAddress.DEFAULT_PORT));
                case "encoded" -> encoded = input.flag();
                case "remove" -> remove = input.flag();
                case "items" -> items = input.list(MAX_ITEMS, PullItem::read);
                default -> input.skip();
            }
        }
        if (items.isEmpty()) {
            throw input.problem("there are no items");
        }
        return new PullRequest(input.required(source, "source"), encoded, remove, items);
    }
}
