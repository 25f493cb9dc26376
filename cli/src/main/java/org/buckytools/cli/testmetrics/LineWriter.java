package org.buckytools.cli.testmetrics;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.buckytools.cli.carbon.LineBuffer;

/** Points as lines {@code name value time}. */
final class LineWriter implements PointWriter {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int ENDINGS = 1000;

    private final OutputStream out;
    private final LineBuffer lines = new LineBuffer(BUFFER_BYTES + 1024);
    private final LineBuffer time = new LineBuffer(32);

    /** What stands behind a name for each small value at this time, made when it is needed first: most values are small. */
    private final byte[][] endings = new byte[ENDINGS][];

    LineWriter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void time(long seconds) {
        time.truncate(0);
        time.put(' ').putLong(seconds).put('\n');
        Arrays.fill(endings, null);
    }

    @Override
    public void point(byte[] bytes, int from, int length, long value) throws IOException {
        lines.put(bytes, from, length);
        if (value >= 0 && value < ENDINGS) {
            byte[] ending = endings[(int) value];
            if (ending == null) {
                ending = ending(value);
                endings[(int) value] = ending;
            }
            lines.put(ending, 0, ending.length);
        } else {
            lines.put(' ').putLong(value).put(time.bytes(), 0, time.length());
        }
        if (lines.length() >= BUFFER_BYTES) {
            write();
        }
    }

    private byte[] ending(long value) {
        return new LineBuffer(32)
                .put(' ')
                .putLong(value)
                .put(time.bytes(), 0, time.length())
                .toByteArray();
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
