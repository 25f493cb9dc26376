package org.buckytools.cli.testmetrics;

import java.io.IOException;
import java.io.OutputStream;
import org.buckytools.cli.carbon.LineBuffer;

/** Points as lines {@code name value time}. */
final class LineWriter implements PointWriter {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final OutputStream out;
    private final LineBuffer lines = new LineBuffer(BUFFER_BYTES + 1024);
    private final LineBuffer time = new LineBuffer(32);

    LineWriter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void time(long seconds) {
        time.truncate(0);
        time.put(' ').putLong(seconds).put('\n');
    }

    @Override
    public void point(byte[] bytes, int from, int length, long value) throws IOException {
        lines.put(bytes, from, length).put(' ').putLong(value).put(time.bytes(), 0, time.length());
        if (lines.length() >= BUFFER_BYTES) {
            write();
        }
    }

    private void write() throws IOException {
        out.write(lines.bytes(), 0, lines.length());
        lines.truncate(0);
    }

    @Override
    public void flush() throws IOException {
        write();
        out.flush();
    }
}
