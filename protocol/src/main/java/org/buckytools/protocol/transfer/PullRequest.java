package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/pull}: asks a daemon to fetch metrics from another one and to store them: created where there is none,
 * else filled. Items are worked on in order, several at a time; the answer is a stream of {@link PullResult}, one for
 * each item or for several that fared alike, sent only after these metrics are durable. What has not been begun with after
 * {@link #BEGINNING} fails as {@link ItemFailure.Reason#NOT_BEGUN}, and is to be asked for again.
 *
 * @param source the daemon to fetch from
 * @param encoded whether the transfer may be compressed ({@code --no-encoding} makes it false)
 * @param remove whether to have the source delete each metric that is durable here, if it still is what was copied and
 *     nobody has to be waited for; results say which were
 * @param atOnce how many fetches at once it shall be divided into, 1 to {@value #MOST_AT_ONCE}
 * @param items 1 to {@value #MAX_ITEMS}
 */
public record PullRequest(DaemonAddress source, boolean encoded, boolean remove, int atOnce, List<PullItem> items)
        implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = 8192;

    /** More would only get in each other's way; whoever has more to fetch from one daemon waits for some of it. */
    public static final int MOST_AT_ONCE = 16;

    /** How long a daemon begins with further items, so that whoever asked can stop soon, or do something else first. */
    public static final Duration BEGINNING = Duration.ofSeconds(2);

    public PullRequest {
        items = List.copyOf(items);
        if (atOnce < 1 || atOnce > MOST_AT_ONCE) {
            throw new IllegalArgumentException("a pull is 1 to " + MOST_AT_ONCE + " fetches at once, not " + atOnce);
        }
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
        if (atOnce > 1) {
            json.writeNumberProperty("atOnce", atOnce);
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
        int atOnce = 1;
        List<PullItem> items = List.of();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "source" -> source = input.text(text -> DaemonAddress.parse(text, DaemonAddress.DEFAULT_PORT));
                case "encoded" -> encoded = input.flag();
                case "remove" -> remove = input.flag();
                case "atOnce" -> atOnce = input.integer(1, MOST_AT_ONCE);
                case "items" -> items = input.list(MAX_ITEMS, PullItem::read);
                default -> input.skip();
            }
        }
        if (items.isEmpty()) {
            throw input.problem("there are no items");
        }
        return new PullRequest(input.required(source, "source"), encoded, remove, atOnce, items);
    }
}
