package org.buckytools.cli.testmetrics;

import java.io.IOException;
import java.io.OutputStream;
import org.buckytools.cli.carbon.LineBuffer;

/**
 * Points as carbon's relays send them to each other: messages of a length (32 bits, big-endian) and a pickle, protocol 2, of
 * {@code [(name, (time, value)), …]}.
 */
final class PickleWriter implements PointWriter {
    /** What carbon's {@code MAX_DATAPOINTS_PER_MESSAGE} is by default. */
    private static final int POINTS_PER_MESSAGE = 500;

    private static final int LENGTH_BYTES = 4;
    private static final int PROTO = 0x80;
    private static final int EMPTY_LIST = ']';
    private static final int MARK = '(';
    private static final int BINUNICODE = 'X';
    private static final int BININT = 'J';
    private static final int LONG1 = 0x8a;
    private static final int TUPLE2 = 0x86;
    private static final int APPENDS = 'e';
    private static final int STOP = '.';

    private final OutputStream out;
    private final LineBuffer message = new LineBuffer(64 * 1024);
    private long time;
    private int points;

    PickleWriter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void time(long seconds) {
        time = seconds;
    }

    /** The name must be UTF-8. */
    @Override
    public void point(byte[] bytes, int from, int length, long value) throws IOException {
        if (points == 0) {
            message.truncate(0);
            message.put(0)
                    .put(0)
                    .put(0)
                    .put(0)
                    .put(PROTO)
                    .put(2)
                    .put(EMPTY_LIST)
                    .put(MARK);
        }
        message.put(BINUNICODE);
        putLittleEndian(length, Integer.BYTES);
        message.put(bytes, from, length);
        putInteger(time);
        putInteger(value);
        message.put(TUPLE2).put(TUPLE2);
        if (++points == POINTS_PER_MESSAGE) {
            write();
        }
    }

    private void putInteger(long value) {
        if (value == (int) value) {
            message.put(BININT);
            putLittleEndian(value, Integer.BYTES);
        } else {
            message.put(LONG1).put(Long.BYTES);
            putLittleEndian(value, Long.BYTES);
        }
    }

    private void putLittleEndian(long value, int count) {
        for (int i = 0; i < count; i++) {
            message.put((int) (value >> (i * Byte.SIZE)));
        }
    }

    private void write() throws IOException {
        if (points > 0) {
            message.put(APPENDS).put(STOP);
            int length = message.length() - LENGTH_BYTES;
            for (int i = 0; i < LENGTH_BYTES; i++) {
                message.bytes()[i] = (byte) (length >> ((LENGTH_BYTES - 1 - i) * Byte.SIZE));
            }
            out.write(message.bytes(), 0, message.length());
            points = 0;
        }
    }

    @Override
    public void flush() throws IOException {
        write();
        out.flush();
    }
}
