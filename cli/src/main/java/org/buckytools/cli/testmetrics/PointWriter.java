package org.buckytools.cli.testmetrics;

import java.io.IOException;

/** Where points go. */
interface PointWriter {
    /** The points that follow are of this time, in epoch seconds. */
    void time(long seconds) throws IOException;

    /** A point of the metric whose name is {@code bytes[from, from + length)}. */
    void point(byte[] bytes, int from, int length, long value) throws IOException, InterruptedException;

    /** Hands on what is buffered. */
    void flush() throws IOException;
}
