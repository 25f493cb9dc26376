package org.buckytools.whisper;

import java.util.Arrays;

/**
 * The order in which CPython goes through a set of integers.
 *
 * <p>Python Whisper propagates the intervals of an update in that order, and it shows in the file: the first interval that
 * reaches an empty archive becomes its base, and of two intervals that share a slot the later one stays. Sets of CPython
 * 3.7 and later are tables with open addressing: the hash of a small integer is the integer; from its place in the table ten
 * neighbours are tried (one, close to the end) before jumping on by a perturbed linear congruence; the table begins with
 * eight places and grows when three fifths are taken, to the first power of two above four times its content (twice, from
 * 50,000 on).
 */
final class SetOrder {
    private static final int SMALLEST_TABLE = 8;
    private static final int NEIGHBOURS = 9;
    private static final int PERTURB_SHIFT = 5;
    private static final int LARGE = 50_000;
    private static final long FREE = -1;

    private long[] table = newTable(SMALLEST_TABLE);
    private int size;

    private SetOrder() {}

    /**
     * The distinct ones of {@code numbers} in the order of a set they were added to one by one.
     *
     * @param numbers 0 to 2^32 - 1
     */
    static long[] of(long[] numbers) {
        SetOrder set = new SetOrder();
        for (long number : numbers) {
            set.add(number);
        }
        return Arrays.stream(set.table).filter(number -> number != FREE).toArray();
    }

    private static long[] newTable(int length) {
        long[] table = new long[length];
        Arrays.fill(table, FREE);
        return table;
    }

    private void add(long number) {
        int place = place(table, number);
        if (table[place] == number) {
            return;
        }
        table[place] = number;
        size++;
        if (size * 5L >= (table.length - 1) * 3L) {
            grow();
        }
    }

    private void grow() {
        long least = size > LARGE ? size * 2L : size * 4L;
        int length = SMALLEST_TABLE;
        while (length <= least) {
            length *= 2;
        }
        long[] larger = newTable(length);
        for (long number : table) {
            if (number != FREE) {
                larger[place(larger, number)] = number;
            }
        }
        table = larger;
    }

    /** Where the number is, or else belongs. */
    private static int place(long[] table, long number) {
        int mask = table.length - 1;
        long perturbation = number;
        long at = number & mask;
        while (true) {
            long last = at + NEIGHBOURS <= mask ? at + NEIGHBOURS : at;
            for (long place = at; place <= last; place++) {
                if (table[(int) place] == FREE || table[(int) place] == number) {
                    return (int) place;
                }
            }
            perturbation >>>= PERTURB_SHIFT;
            at = (at * 5 + 1 + perturbation) & mask;
        }
    }
}
