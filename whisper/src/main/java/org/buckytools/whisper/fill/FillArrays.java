package org.buckytools.whisper.fill;

import java.util.ArrayList;
import java.util.List;

/**
 * Arrays into which archives are unpacked before they are compared: where code is compiled quickly rather than well, an array
 * is read many times faster than a buffer. Fills use them one after the other, since a heap that gets new ones of a megabyte
 * for each fill grows to several times the size. For one fill at a time.
 */
public final class FillArrays {
    /** Two files of ordinary size. What does not fit is read from its buffer, so that no file takes the heap. */
    private static final int MOST_INTS = 2 << 20;

    private final List<int[]> arrays = new ArrayList<>();
    private int used;
    private int held;

    /** Gives all arrays back, to be handed out again. */
    void begin() {
        used = 0;
    }

    /**
     * An array of at least this size, with anything in it, until the next {@link #begin}.
     *
     * @return null if it would be too much
     */
    int[] take(long size) {
        int[] array = used < arrays.size() ? arrays.get(used) : new int[0];
        if (array.length < size) {
            if (held - array.length + size > MOST_INTS) {
                return null;
            }
            held += (int) size - array.length;
            array = new int[(int) size];
            if (used < arrays.size()) {
                arrays.set(used, array);
            } else {
                arrays.add(array);
            }
        }
        used++;
        return array;
    }
}
