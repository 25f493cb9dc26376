package org.buckytools.cli.testing;

import java.nio.ByteBuffer;

/**
 * A fill with the two faults of the Go daemons: a gap of one step is left, and the good point after a longer gap is overwritten. Of the
 * finest archive only, for files of one schema.
 */
final class InexactFill {
    private static final int FIRST_ARCHIVE = 16;
    private static final int POINT_BYTES = 12;
    private static final int VALUE = 4;

    private InexactFill() {}

    static byte[] fill(byte[] into, byte[] from) {
        ByteBuffer source = ByteBuffer.wrap(from);
        ByteBuffer filled = ByteBuffer.wrap(into.clone());
        int offset = filled.getInt(FIRST_ARCHIVE);
        int step = filled.getInt(FIRST_ARCHIVE + 4);
        int points = filled.getInt(FIRST_ARCHIVE + 8);
        int newest = newest(source, offset, points);
        int base = filled.getInt(offset) == 0 ? source.getInt(offset) : filled.getInt(offset);
        int gap = 0;
        for (int time = newest - (points - 1) * step; time <= newest; time += step) {
            int slot = offset + Math.floorMod((time - base) / step, points) * POINT_BYTES;
            boolean isThere = filled.getInt(slot) == time;
            if (!isThere) {
                gap++;
                continue;
            }
            if (gap > 1) {
                for (int missing = time - gap * step; missing <= time; missing += step) {
                    copy(source, filled, missing, offset, step, points, base);
                }
            }
            gap = 0;
        }
        if (gap > 1) {
            for (int missing = newest - (gap - 1) * step; missing <= newest; missing += step) {
                copy(source, filled, missing, offset, step, points, base);
            }
        }
        return filled.array();
    }

    private static void copy(
            ByteBuffer source, ByteBuffer filled, int time, int offset, int step, int points, int base) {
        for (int i = 0; i < points; i++) {
            int slot = offset + i * POINT_BYTES;
            if (source.getInt(slot) == time) {
                int to = offset + Math.floorMod((time - base) / step, points) * POINT_BYTES;
                filled.putInt(to, time).putDouble(to + VALUE, source.getDouble(slot + VALUE));
            }
        }
    }

    private static int newest(ByteBuffer file, int offset, int points) {
        int newest = 0;
        for (int i = 0; i < points; i++) {
            newest = Math.max(newest, file.getInt(offset + i * POINT_BYTES));
        }
        return newest;
    }
}
