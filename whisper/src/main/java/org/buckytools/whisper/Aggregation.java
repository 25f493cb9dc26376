package org.buckytools.whisper;

import java.util.Optional;

/**
 * How the points of one slot of a coarser archive are condensed into one value.
 *
 * <p>Results are bit for bit those of Python Whisper 1.1 under Python 3.11, whose {@code sum} adds from left to right
 * without compensation. That includes not-a-number and signed zeros: {@code max} and its like keep the first of equal
 * values, and a not-a-number in first place stays.
 */
public enum Aggregation {
    AVERAGE(1, "average") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            return sum(known, from, to) / (to - from);
        }
    },
    SUM(2, "sum") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            return sum(known, from, to);
        }
    },
    LAST(3, "last") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            return known[to - 1];
        }
    },
    MAX(4, "max") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            double best = known[from];
            for (int i = from + 1; i < to; i++) {
                if (known[i] > best) {
                    best = known[i];
                }
            }
            return best;
        }
    },
    MIN(5, "min") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            double best = known[from];
            for (int i = from + 1; i < to; i++) {
                if (known[i] < best) {
                    best = known[i];
                }
            }
            return best;
        }
    },
    /** The mean over all slots, where an empty slot counts as zero. */
    AVG_ZERO(6, "avg_zero") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            return sum(known, from, to) / slots;
        }
    },
    /** The value farthest from zero, with its sign. */
    ABSMAX(7, "absmax") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            double best = known[from];
            for (int i = from + 1; i < to; i++) {
                if (Math.abs(known[i]) > Math.abs(best)) {
                    best = known[i];
                }
            }
            return best;
        }
    },
    /** The value nearest to zero, with its sign. */
    ABSMIN(8, "absmin") {
        @Override
        public double aggregate(double[] known, int from, int to, int slots) {
            double best = known[from];
            for (int i = from + 1; i < to; i++) {
                if (Math.abs(known[i]) < Math.abs(best)) {
                    best = known[i];
                }
            }
            return best;
        }
    };

    private static final Aggregation[] BY_CODE = values();

    // An operation on a signalling not-a-number gives the quiet one of the same payload.
    private static final long QUIET = 0x0008_0000_0000_0000L;

    private final int code;
    private final String label;

    Aggregation(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /**
     * Condenses the known values of one coarser slot.
     *
     * @param known the values that are there, in the order of their times; at least one in {@code [from, to)}
     * @param slots how many finer slots there are under the coarser one, empty ones included
     */
    public abstract double aggregate(double[] known, int from, int to, int slots);

    /** The number that stands for this method in the header of a file. */
    public int code() {
        return code;
    }

    /** The name carbon's {@code storage-aggregation.conf} and the Whisper programs know the method by. */
    public String label() {
        return label;
    }

    /** The method a header names by {@code code}; empty if there is none. */
    public static Optional<Aggregation> ofCode(long code) {
        return code >= 1 && code <= BY_CODE.length ? Optional.of(BY_CODE[(int) code - 1]) : Optional.empty();
    }

    /**
     * Reads a method by its {@link #label}; {@code avg} is taken for {@code average}, as carbon's configuration has it.
     *
     * @throws IllegalArgumentException if no method has that name
     */
    public static Aggregation ofLabel(String label) {
        for (Aggregation each : BY_CODE) {
            if (each.label.equals(label) || (each == AVERAGE && label.equals("avg"))) {
                return each;
            }
        }
        throw new IllegalArgumentException("unknown aggregation method '" + label
                + "'; expected average, sum, last, max, min, avg_zero, absmax or absmin");
    }

    @Override
    public String toString() {
        return label;
    }

    // From zero, as Python's sum does: the sum of a lone -0.0 is 0.0.
    private static double sum(double[] known, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += known[i];
        }
        return Double.isNaN(sum) ? sumOfNotANumber(known, from, to) : sum;
    }

    /**
     * Which of several not-a-numbers comes out of a sum depends on the order of operands in the machine code, which Java
     * leaves open. In CPython it is the first one.
     */
    private static double sumOfNotANumber(double[] known, int from, int to) {
        double sum = 0;
        for (int i = from; i < to && !Double.isNaN(sum); i++) {
            sum = Double.isNaN(known[i])
                    ? Double.longBitsToDouble(Double.doubleToRawLongBits(known[i]) | QUIET)
                    : sum + known[i];
        }
        return sum;
    }
}
