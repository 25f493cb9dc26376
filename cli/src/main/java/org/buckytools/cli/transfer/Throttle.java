package org.buckytools.cli.transfer;

import org.buckytools.cli.cluster.Node;

/** Bounds how many metrics a second a node takes part in moving. Times are those of a {@link Ticker}; used under one lock. */
public interface Throttle {
    /** No bound. */
    Throttle NONE = new Throttle() {
        @Override
        public int available(Node node, long now) {
            return Integer.MAX_VALUE;
        }

        @Override
        public void take(Node node, int metrics, long now) {}

        @Override
        public long nextAt(Node node, long now) {
            return now;
        }
    };

    /** How many metrics may be begun with now. */
    int available(Node node, long now);

    /** Begins with so many, at most those available. */
    void take(Node node, int metrics, long now);

    /** When there will be one available, if there is none now. */
    long nextAt(Node node, long now);
}
