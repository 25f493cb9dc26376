package org.buckytools.protocol;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes the answer to {@code /metrics}, a JSON array of names, from names that are UTF-8 bytes already: where millions pass,
 * no object is made of each. Not for use by several threads at once.
 */
public final class NameListWriter {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final byte[] BETWEEN = {']', '\n', '['};
    private static final int BUFFER = 32 * 1024;

    /** A byte becomes at most this many, and a name brings a comma and two quotes. */
    private static final int GROWTH = 6;

    private static final int AROUND = 3;

    private final OutputStream sink;
    private final byte[] buffer = new byte[BUFFER];
    private int used;
    private boolean first = true;

    /** {@code sink} stays open. */
    public NameListWriter(OutputStream sink) {
        this.sink = sink;
        buffer[used++] = '[';
    }

    /** Adds a name of at most {@link MetricName#MAX_BYTES} bytes. */
    public void add(byte[] utf8, int offset, int length) throws IOException {
        if (length > MetricName.MAX_BYTES) {
            throw new IllegalArgumentException("a name of " + length + " bytes");
        }
        if (used + length * GROWTH + AROUND > BUFFER) {
            drain();
        }
        if (!first) {
            buffer[used++] = ',';
        }
        first = false;
        buffer[used++] = '"';
        int at = used;
        for (int i = offset; i < offset + length; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\') {
                buffer[at++] = '\\';
                buffer[at++] = b;
            } else if (b >= 0 && b < ' ') {
                buffer[at++] = '\\';
                buffer[at++] = 'u';
                buffer[at++] = '0';
                buffer[at++] = '0';
                buffer[at++] = HEX[b >> 4];
                buffer[at++] = HEX[b & 15];
            } else {
                buffer[at++] = b;
            }
        }
        buffer[at++] = '"';
        used = at;
    }

    /** Ends the array and begins another one, on the next line. */
    void next() throws IOException {
        if (used + BETWEEN.length > BUFFER) {
            drain();
        }
        System.arraycopy(BETWEEN, 0, buffer, used, BETWEEN.length);
        used += BETWEEN.length;
        first = true;
    }

    /** Ends the array and flushes the sink. */
    public void end() throws IOException {
        if (used == BUFFER) {
            drain();
        }
        buffer[used++] = ']';
        drain();
        sink.flush();
    }

    private void drain() throws IOException {
        sink.write(buffer, 0, used);
        used = 0;
    }
}
