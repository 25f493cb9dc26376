package org.buckytools.whisper.fill;

import java.util.Arrays;

/** What a fill changes in one archive of the destination, beside what the archive holds. */
final class ArchiveFill {
    /** Not changed. */
    static final byte NONE = 0;
    /** Taken from the source's archive of the same step. */
    static final byte TAKEN = 1;
    /** Computed from finer points. */
    static final byte AGGREGATED = 2;
    /** A coarser point of the source, written at its own time. */
    static final byte PLACED = 3;

    /** More values than these are not worth their memory. */
    private static final int LONGEST_KEPT = 128 << 10;

    final ArchiveWindow window;

    /** The source's archive of the same step; null if it has none, or an empty one. */
    final ArchiveWindow same;

    /** What is to be added to a position to have that of the same time in {@link #same}. */
    final long toSame;

    /** How many of the changes put a new value in the place of one for the same time. */
    int replaced;

    /** Whether one of the changes puts a point in the place of any other. */
    boolean overwrites;

    private final FillArrays arrays;
    private final byte[] kinds;

    /** The new values by position; null as long as there is none. */
    private long[] values;

    /** Whether they have what is taken, too. Of a long archive that stays where it is until it is written. */
    private final boolean keepsTaken;

    private final int[] counts = new int[PLACED + 1];

    ArchiveFill(ArchiveWindow window, ArchiveWindow same, FillArrays arrays) {
        this.window = window;
        this.same = same;
        this.toSame = same == null ? 0 : same.position(window.first);
        this.arrays = arrays;
        this.keepsTaken = window.length <= LONGEST_KEPT;
        this.kinds = arrays.bytes(window.length);
        Arrays.fill(kinds, 0, window.length, NONE);
    }

    /** Takes the point that {@link #same} has for the time of a position. */
    void take(int position) {
        take(position, same.bits((int) (position + toSame)), overwritesAnything(position));
    }

    /** As {@link #take(int)}, where its value is known, and whether the slot holds anything. */
    void take(int position, long bits, boolean overwriting) {
        overwrites |= overwriting;
        mark(position, TAKEN);
        if (keepsTaken) {
            put(position, bits);
        }
    }

    /** @param kind not {@link #TAKEN} */
    void change(int position, long bits, byte kind) {
        overwrites |= overwritesAnything(position);
        mark(position, kind);
        put(position, bits);
    }

    private boolean overwritesAnything(int position) {
        return window.storedTime(window.slot(position)) != 0;
    }

    private void put(int position, long bits) {
        if (values == null) {
            values = arrays.longs(window.length);
        }
        values[position] = bits;
    }

    private void mark(int position, byte kind) {
        if (kinds[position] != NONE) {
            throw changedTwice(position);
        }
        kinds[position] = kind;
        counts[kind]++;
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
        return kinds[position] != NONE;
    }

    /** The first changed position from one on and before another; that other if there is none. */
    int nextChanged(int from, int to) {
        byte[] all = kinds;
        int position = from;
        while (position < to && all[position] == NONE) {
            position++;
        }
        return position;
    }

    /** The first position from one on and before another that is not changed; that other if there is none. */
    int nextUnchanged(int from, int to) {
        byte[] all = kinds;
        int position = from;
        while (position < to && all[position] != NONE) {
            position++;
        }
        return position;
    }

    boolean isTaken(int position) {
        return kinds[position] == TAKEN;
    }

    /** Whether a change here makes the coarser slot above be looked at again: rule 2; not for points placed by rule 4. */
    boolean countsForCoarser(int position) {
        byte kind = kinds[position];
        return kind == TAKEN || kind == AGGREGATED;
    }

    long changedBits(int position) {
        return keepsTaken || kinds[position] != TAKEN ? values[position] : same.bits((int) (position + toSame));
    }

    /** Whether there is a point after the fill. */
    boolean holdsAfter(int position) {
        return kinds[position] != NONE || window.holds(position);
    }

    /** The value after the fill, where there {@linkplain #holdsAfter is} one. */
    long bitsAfter(int position) {
        return kinds[position] == NONE ? window.bits(position) : changedBits(position);
    }
}
