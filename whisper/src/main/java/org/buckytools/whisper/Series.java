package org.buckytools.whisper;

/**
 * What a fetch brings: one slot for each step from {@link #from} up to, not including, {@link #until}. A slot may be
 * unknown; a known one may hold not-a-number if that was stored.
 */
public final class Series {
    private final long from;
    private final long step;
    private final double[] values;
    private final boolean[] known;

    Series(long from, long step, double[] values, boolean[] known) {
        this.from = from;
        this.step = step;
        this.values = values;
        this.known = known;
    }

    /** Time of the first slot. */
    public long from() {
        return from;
    }

    /** The end, one step behind the last slot. */
    public long until() {
        return from + step * values.length;
    }

    /** Seconds from one slot to the next. */
    public long step() {
        return step;
    }

    public int size() {
        return values.length;
    }

    public long timeAt(int index) {
        return from + step * index;
    }

    public boolean isKnown(int index) {
        return known[index];
    }

    /** The value of a slot; not-a-number if it is unknown. */
    public double valueAt(int index) {
        return known[index] ? values[index] : Double.NaN;
    }
}
