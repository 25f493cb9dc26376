package org.buckytools.protocol.transfer;

import java.util.List;

/**
 * {@code POST /v2/delete}: deletes each metric that still is the version named. The answer is a stream of
 * {@link DeleteResult}, one an item.
 *
 * @param items 1 to {@value #MAX_ITEMS}
 */
public record DeleteRequest(List<DeleteItem> items) {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = 4096;

    public DeleteRequest {
        items = List.copyOf(items);
        if (items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("a delete has 1 to " + MAX_ITEMS + " items, not " + items.size());
        }
    }
}
