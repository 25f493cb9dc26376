package org.buckytools.cli.testmetrics;

import java.io.IOException;

/** Names, the same ones in the same order each time. */
interface MetricNames {
    /** Hands every name to {@code action}. */
    void forEach(Action action) throws IOException, InterruptedException;

    /** What is done with a name. */
    interface Action {
        /** {@code bytes[from, from + length)} is the name, valid during the call. */
        void accept(byte[] bytes, int from, int length) throws IOException, InterruptedException;
    }
}
