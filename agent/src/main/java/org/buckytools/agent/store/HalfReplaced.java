package org.buckytools.agent.store;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.buckytools.protocol.MetricName;

/**
 * Metrics whose file is half old and half new, because the disk failed while it was replaced. Nothing may be read from them,
 * nor filled into them, until recovery has applied the rest.
 */
final class HalfReplaced {
    private final ConcurrentHashMap<MetricName, String> hidden = new ConcurrentHashMap<>();

    /** Notes that the whole new content is in the hidden directory {@code name} beside the file. */
    void add(MetricName metric, String name) {
        hidden.put(metric, name);
    }

    /** The hidden directory from which to complete a metric before it is used; nearly always empty. */
    Optional<String> of(MetricName metric) {
        return Optional.ofNullable(hidden.get(metric));
    }

    void remove(MetricName metric) {
        hidden.remove(metric);
    }

    /** Forgets it unless it was noted with another directory meanwhile. */
    void remove(MetricName metric, String name) {
        hidden.remove(metric, name);
    }
}
