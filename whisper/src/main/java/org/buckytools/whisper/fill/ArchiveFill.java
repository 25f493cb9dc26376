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
    // Of what is not taken: a value that is stays where it is until it is written. Most fills need none for the finest
    // archive.
    private long[] values;
    private final int[] counts = new int[PLACED + 1];

    ArchiveFill(ArchiveWindow window, ArchiveWindow same, FillArrays arrays) {
        this.window = window;
        this.same = same;
        this.toSame = same == null ? 0 : same.position(window.first);
        this.arrays = arrays;
        this.kinds = arrays.bytes(window.length);
        Arrays.fill(kinds, 0, window.length, NONE);
    }

    /** Takes the point that {@link #same} has for the time of a position. */
    void take(int position) {
        overwrites |= window.storedTime(window.slot(position)) != 0;
        mark(position, TAKEN);
    }

    /** As {@link #take}, where it is known already whether the slot is quite empty. */
    void take(int position, boolean overwriting) {
        overwrites |= overwriting;
        mark(position, TAKEN);
    }

    /** @param kind not {@link #TAKEN} */
    void change(int position, long bits, byte kind) {
        if (values == null) {
            values = arrays.longs(window.length);
        }
        overwrites |= window.storedTime(window.slot(position)) != 0;
        mark(position, kind);
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

    boolean isTaken(int position) {
        return kinds[position] == TAKEN;
    }

    /** Whether a change here makes the coarser slot above be looked at again: rule 2; not for points placed by rule 4. */
    boolean countsForCoarser(int position) {
        byte kind = kinds[position];
        return kind == TAKEN || kind == AGGREGATED;
    }

    long changedBits(int position) {
        return kinds[position] == TAKEN ? same.bits((int) (position + toSame)) : values[position];
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
