package org.buckytools.protocol.transfer;

import java.util.List;
import org.buckytools.protocol.DaemonAddress;

/**
 * {@code POST /v2/pull}: asks a daemon to fetch metrics from another one and to store them: created where there is none,
 * else filled. Items are worked on in order, one after the other; the answer is a stream of {@link PullResult}, one an
 * item, each sent only after that metric is durable.
 *
 * @param source the daemon to fetch from
 * @param encoded whether the transfer may be compressed ({@code --no-encoding} makes it false)
 * @param items 1 to {@value #MAX_ITEMS}
 */
public record PullRequest(DaemonAddress source, boolean encoded, List<PullItem> items) {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = 4096;

    public PullRequest {
        items = List.copyOf(items);
        if (items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("a pull has 1 to " + MAX_ITEMS + " items, not " + items.size());
        }
    }
}
