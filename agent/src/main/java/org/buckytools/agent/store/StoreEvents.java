package org.buckytools.agent.store;

import org.buckytools.protocol.MetricName;

/**
 * Hears of every metric that the store makes or removes. Events of one metric arrive in the order in which they happened;
 * they are called with that metric's lock held, so implementations must be quick and must not call the store.
 */
public interface StoreEvents {
    /** For a store that nobody listens to. */
    StoreEvents NONE = new StoreEvents() {
        @Override
        public void created(MetricName metric) {}

        @Override
        public void deleted(MetricName metric) {}
    };

    /** There is a file of this name now. */
    void created(MetricName metric);

    /** There is no file of this name any more. */
    void deleted(MetricName metric);
}
