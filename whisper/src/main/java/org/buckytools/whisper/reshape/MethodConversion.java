package org.buckytools.whisper.reshape;

import java.util.List;
import org.buckytools.whisper.Aggregation;

/**
 * Turns averages in coarser archives into sums, or sums into averages, when the method of a file changes from one to the other,
 * as the Go tool does: for a graph would jump by the ratio of the steps where old points end and new ones begin.
 *
 * <p>A point whose finer points are all still there is computed from them, exactly. Of another one nobody knows how many points
 * it came from; all of them are assumed, and it is multiplied or divided by the ratio of its step to the finest. (The Go tool takes
 * the ratio to the next finer step, which is wrong from the third archive on.)
 */
final class MethodConversion {
    /** Values that differ relatively by no more come from the same points; programs add in different orders. */
    private static final double SAME_VALUE = 1e-9;

    private final Aggregation from;
    private final Aggregation to;

    private MethodConversion(Aggregation from, Aggregation to) {
        this.from = from;
        this.to = to;
    }

    /** Whether the one can be converted to the other. */
    static boolean isPossible(Aggregation from, Aggregation to) {
        return (from == Aggregation.AVERAGE && to == Aggregation.SUM)
                || (from == Aggregation.SUM && to == Aggregation.AVERAGE);
    }

    /**
     * Converts in place.
     *
     * @param rings finest first
     * @return how many points have another value now
     */
    static long convert(List<Ring> rings, Aggregation from, Aggregation to) {
        return new MethodConversion(from, to).run(rings);
    }

    private long run(List<Ring> rings) {
        Ring finest = rings.getFirst();
        long converted = 0;
        Ring finer = finest;
        double[] finerBefore = values(finest);
        for (Ring ring : rings.subList(1, rings.size())) {
            double[] before = values(ring);
            double ratio = (double) ring.step / finest.step;
            for (int slot = 0; slot < before.length; slot++) {
                if (ring.isPoint(slot)) {
                    double value = converted(before[slot], ring, ring.storedTime(slot), finer, finerBefore, ratio);
                    long bits = Double.doubleToRawLongBits(value);
                    if (bits != ring.storedBits(slot)) {
                        ring.setBits(slot, bits);
                        converted++;
                    }
                }
            }
            finer = ring;
            finerBefore = before;
        }
        return converted;
    }

    private static double[] values(Ring ring) {
        double[] values = new double[ring.info.points()];
        for (int slot = 0; slot < values.length; slot++) {
            values[slot] = Double.longBitsToDouble(ring.storedBits(slot));
        }
        return values;
    }

    private double converted(double value, Ring ring, long start, Ring finer, double[] finerBefore, double ratio) {
        int slots = (int) Math.min(ring.step / finer.step, finer.info.points());
        double[] before = new double[slots];
        double[] after = new double[slots];
        int known = 0;
        for (int i = 0; i < slots; i++) {
            long time = start + i * finer.step;
            if (finer.holds(time)) {
                before[known] = finerBefore[finer.slot(time)];
                after[known] = Double.longBitsToDouble(finer.bits(time));
                known++;
            }
        }
        if (known > 0 && ring.step % finer.step == 0 && isSame(from.aggregate(before, 0, known, slots), value)) {
            return to.aggregate(after, 0, known, slots);
        }
        return to == Aggregation.SUM ? value * ratio : value / ratio;
    }

    private static boolean isSame(double a, double b) {
        return a == b || Math.abs(a - b) <= SAME_VALUE * Math.max(Math.abs(a), Math.abs(b));
    }
}
