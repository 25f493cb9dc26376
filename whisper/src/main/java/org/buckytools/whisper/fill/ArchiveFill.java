package org.buckytools.whisper.fill;

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

    /** How many of the changes put a new value in the place of one for the same time. */
    int replaced;

    private final byte[] kinds;
    // Most fills of a complete destination change nothing and need no memory for values.
    private long[] values = {};
    private final int[] counts = new int[PLACED + 1];

    ArchiveFill(ArchiveWindow window) {
        this.window = window;
        this.kinds = new byte[window.length];
    }

    void change(int position, long bits, byte kind) {
        if (values.length == 0) {
            values = new long[window.length];
        }
        if (kinds[position] != NONE) {
            throw new IllegalStateException("position " + position + " is changed a second time");
        }
        kinds[position] = kind;
        values[position] = bits;
        counts[kind]++;
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

    /** Whether a change here makes the coarser slot above be looked at again: rule 2; not for points placed by rule 4. */
    boolean countsForCoarser(int position) {
        byte kind = kinds[position];
        return kind == TAKEN || kind == AGGREGATED;
    }

    long changedBits(int position) {
        return values[position];
    }

    /** Whether there is a point after the fill. */
    boolean holdsAfter(int position) {
        return kinds[position] != NONE || window.holds(position);
    }
}
