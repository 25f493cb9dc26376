package org.buckytools.bench.result;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle and the ends of several numbers. Of an even number of them, the middle is the mean of the two middle ones. */
public record Spread(double median, double min, double max) {
    /** Of one property of each element. */
    public static <T> Spread of(Collection<T> elements, ToDoubleFunction<T> property) {
        return of(elements.stream().mapToDouble(property).toArray());
    }

    static Spread of(double... numbers) {
        if (numbers.length == 0) {
            throw new IllegalArgumentException("no numbers have no middle");
        }
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** All three, for tests whether there is anything to show. */
    boolean isZero() {
        return List.of(median, min, max).stream().allMatch(number -> number == 0);
    }
}
