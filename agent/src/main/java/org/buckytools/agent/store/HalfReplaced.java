package org.buckytools.agent.store;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.buckytools.protocol.MetricName;

/**
 * Metrics whose file is half old and half new, because the disk failed while it was replaced. Nothing may be read from them,
 * nor filled into them, until recovery has applied the rest.
 */
final class HalfReplaced {
    private final ConcurrentHashMap<MetricName, Place> places = new ConcurrentHashMap<>();

    void add(MetricName metric, Place place) {
        places.put(metric, place);
    }

    /** Where to recover before a metric is used; nearly always empty. */
    Optional<Place> of(MetricName metric) {
        return Optional.ofNullable(places.get(metric));
    }

    void remove(MetricName metric) {
        places.remove(metric);
    }
}
