package org.buckytools.whisper.fill;

import java.lang.foreign.MemorySegment;

/** What a fill changes in one archive of the destination, beside what the archive holds. */
final class ArchiveFill {
    /** Not changed, and it is not known whether source and destination agree here. */
    private static final byte UNCERTAIN = -1;
    /** Not changed: source and destination have the same point here, or neither has one. */
    private static final byte NONE = 0;
    /** Taken from the source's archive of the same step. */
    static final byte TAKEN = 1;
    /** Computed from finer points. */
    static final byte AGGREGATED = 2;
    /** A coarser point of the source, written at its own time. */
    static final byte PLACED = 3;

    /** Added to one of these where the slot holds anything that is not to be seen with a new value. */
    private static final byte OVERWRITING = 4;

    final ArchiveWindow window;

    /** The source's archive of the same step; null if it has none, or an empty one. */
    final ArchiveWindow same;

    /** What is to be added to a position to have that of the same time in {@link #same}. */
    final long toSame;

    /** How many of the changes put a new value in the place of one for the same time. */
    int replaced;

    private final FillArrays arrays;
    private final byte[] kinds;

    /** The new values by position, but for what is taken, which stays where it is until it is written; null as long as there is none. */
    private long[] values;

    private final int[] counts = new int[PLACED + 1];

    ArchiveFill(ArchiveWindow window, ArchiveWindow same, FillArrays arrays) {
        this.window = window;
        this.same = same;
        this.toSame = same == null ? 0 : same.position(window.first);
        this.arrays = arrays;
        this.kinds = arrays.bytes(window.length);
        int length = window.length;
        // What is said of positions where there is no source is not asked for.
        int from = same == null ? 0 : Math.clamp(-toSame, 0, length);
        int to = same == null ? length : Math.clamp(same.length - toSame, from, length);
        setAll(0, from, UNCERTAIN);
        setAll(from, to, NONE);
        setAll(to, length, UNCERTAIN);
    }

    /** By one call: these are as many as there are slots. */
    private void setAll(int from, int to, byte kind) {
        MemorySegment.ofArray(kinds).asSlice(from, to - from).fill(kind);
    }

    /** Takes the point that {@link #same} has for the time of a position. */
    void take(int position) {
        take(position, position + 1, overwritesAnything(position));
    }

    /** As {@link #take(int)}, for positions from one on and before another; {@code overwriting} if one of their slots holds anything. */
    void take(int from, int to, boolean overwriting) {
        byte[] all = kinds;
        byte kind = overwriting ? TAKEN + OVERWRITING : TAKEN;
        for (int position = from; position < to; position++) {
            if (all[position] > NONE) {
                throw changedTwice(position);
            }
            all[position] = kind;
        }
        counts[TAKEN] += to - from;
    }

    /** To be called of a position that is not changed, and where source and destination do not agree, or may not. */
    void setUncertain(int position) {
        kinds[position] = UNCERTAIN;
    }

    /** @param kind not {@link #TAKEN} */
    void change(int position, long bits, byte kind) {
        if (kinds[position] > NONE) {
            throw changedTwice(position);
        }
        kinds[position] = overwritesAnything(position) ? (byte) (kind + OVERWRITING) : kind;
        counts[kind]++;
        if (values == null) {
            values = arrays.longs(window.length);
        }
        values[position] = bits;
    }

    private boolean overwritesAnything(int position) {
        return window.storedTime(window.slot(position)) != 0;
    }

    private static IllegalStateException changedTwice(int position) {
        return new IllegalStateException("position " + position + " is changed a second time");
    }

    int count(byte kind) {
        return counts[kind];
    }

    int changes() {
        return counts[TAKEN] + counts[AGGREGATED] + counts[PLACED];
    }

    boolean isChanged(int position) {
        return kinds[position] > NONE;
    }

    /** The first changed position from one on and before another; that other if there is none. */
    int nextChanged(int from, int to) {
        byte[] all = kinds;
        int position = from;
        while (position < to && all[position] <= NONE) {
            position++;
        }
        return position;
    }

    /** As {@link #nextChanged}, for a change that makes the coarser slot above be looked at again: rule 2; not a point placed by rule 4. */
    int nextThatCountsForCoarser(int from, int to) {
        byte[] all = kinds;
        int position = from;
        while (position < to && (all[position] <= NONE || isOf(PLACED, all[position]))) {
            position++;
        }
        return position;
    }

    /** The first position behind a changed one, and before {@code to}, that is not changed in the same way; {@code to} if there is none. */
    int endOfKind(int from, int to) {
        byte[] all = kinds;
        byte kind = all[from];
        int position = from + 1;
        while (position < to && all[position] == kind) {
            position++;
        }
        return position;
    }

    /**
     * The first position from one on and before another at which source and destination may differ when the fill is done; that
     * other if there is none. Only where there is a {@link #same}.
     */
    int nextUncertain(int from, int to) {
        byte[] all = kinds;
        int position = from;
        while (position < to && (all[position] == NONE || isOf(TAKEN, all[position]))) {
            position++;
        }
        return position;
    }

    boolean isTaken(int position) {
        return isOf(TAKEN, kinds[position]);
    }

    private static boolean isOf(byte kind, byte found) {
        return (found & ~OVERWRITING) == kind;
    }

    /** Whether a changed slot holds anything yet. */
    boolean isOverwriting(int position) {
        return (kinds[position] & OVERWRITING) != 0;
    }

    long changedBits(int position) {
        return isTaken(position) ? same.bits((int) (position + toSame)) : values[position];
    }

    /** Whether there is a point after the fill. */
    boolean holdsAfter(int position) {
        return isChanged(position) || window.holds(position);
    }

    /** The value after the fill, where there {@linkplain #holdsAfter is} one. */
    long bitsAfter(int position) {
        return isChanged(position) ? changedBits(position) : window.bits(position);
    }
}
