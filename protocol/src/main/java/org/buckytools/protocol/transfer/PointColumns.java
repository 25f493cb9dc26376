package org.buckytools.protocol.transfer;

/**
 * Rearranges a part of a Whisper file so that what is alike lies together: see {@link ChunkEncoding#POINTS}. Whatever the bytes
 * are, {@link #join} gives back what {@link #split} got. Plain loops over arrays, as these are fast with C1, too.
 */
final class PointColumns {
    /** A time of 4 bytes and a value of 8. */
    private static final int POINT = 12;

    private static final int TIME = 4;

    /** Where points begin, modulo {@link #POINT}: behind 16 bytes of header and 12 an archive. */
    private static final int PHASE = 16 % POINT;

    private PointColumns() {}

    /**
     * Rearranges {@code raw[0, length)} into {@code columns[0, length)}.
     *
     * @param offset of the bytes in the file
     */
    static void split(byte[] raw, int length, long offset, byte[] columns) {
        int lead = lead(offset, length);
        int count = (length - lead) / POINT;
        int end = lead + count * POINT;
        int tail = length - end;
        System.arraycopy(raw, 0, columns, 0, lead);
        System.arraycopy(raw, end, columns, lead, tail);
        int times = lead + tail;
        int before = 0;
        for (int i = 0, from = lead, to = times; i < count; i++, from += POINT, to++) {
            int time = (raw[from] & 0xFF) << 24
                    | (raw[from + 1] & 0xFF) << 16
                    | (raw[from + 2] & 0xFF) << 8
                    | (raw[from + 3] & 0xFF);
            int delta = time - before;
            before = time;
            columns[to] = (byte) (delta >> 24);
            columns[to + count] = (byte) (delta >> 16);
            columns[to + 2 * count] = (byte) (delta >> 8);
            columns[to + 3 * count] = (byte) delta;
        }
        int to = times + TIME * count;
        for (int plane = TIME; plane < POINT; plane++) {
            for (int from = lead + plane; from < end; from += POINT) {
                columns[to++] = raw[from];
            }
        }
    }

    /** Undoes {@link #split}: rearranges {@code columns[0, length)} into {@code raw[0, length)}. */
    static void join(byte[] columns, int length, long offset, byte[] raw) {
        int lead = lead(offset, length);
        int count = (length - lead) / POINT;
        int end = lead + count * POINT;
        int tail = length - end;
        System.arraycopy(columns, 0, raw, 0, lead);
        System.arraycopy(columns, lead, raw, end, tail);
        int times = lead + tail;
        int time = 0;
        for (int i = 0, from = times, to = lead; i < count; i++, from++, to += POINT) {
            time += (columns[from] & 0xFF) << 24
                    | (columns[from + count] & 0xFF) << 16
                    | (columns[from + 2 * count] & 0xFF) << 8
                    | (columns[from + 3 * count] & 0xFF);
            raw[to] = (byte) (time >> 24);
            raw[to + 1] = (byte) (time >> 16);
            raw[to + 2] = (byte) (time >> 8);
            raw[to + 3] = (byte) time;
        }
        int from = times + TIME * count;
        for (int plane = TIME; plane < POINT; plane++) {
            for (int to = lead + plane; to < end; to += POINT) {
                raw[to] = columns[from++];
            }
        }
    }

    private static int lead(long offset, int length) {
        return (int) Math.min(length, Math.floorMod(PHASE - offset, (long) POINT));
    }
}
