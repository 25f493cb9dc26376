package org.buckytools.whisper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AggregationTest {
    @ParameterizedTest
    @CsvSource({
        "AVERAGE, 1, average, 0.5",
        "SUM, 2, sum, 2.0",
        "LAST, 3, last, 1.0",
        "MAX, 4, max, 7.0",
        "MIN, 5, min, -8.0",
        "AVG_ZERO, 6, avg_zero, 0.2",
        "ABSMAX, 7, absmax, -8.0",
        "ABSMIN, 8, absmin, 1.0",
    })
    void condensesFourKnownOfTenSlots(Aggregation method, int code, String label, double expected) {
        assertThat(method.aggregate(new double[] {99, 2, -8, 7, 1, 99}, 1, 5, 10))
                .isEqualTo(expected);
        assertThat(method.code()).isEqualTo(code);
        assertThat(method.label()).isEqualTo(label);
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByItsCodeAndItsLabel(Aggregation method) {
        assertThat(Aggregation.ofCode(method.code())).contains(method);
        assertThat(Aggregation.ofLabel(method.label())).isSameAs(method);
        assertThat(method).hasToString(method.label());
    }

    @Test
    void hasNoOtherCodesThanOneToEight() {
        assertThat(Aggregation.ofCode(0)).isEmpty();
        assertThat(Aggregation.ofCode(9)).isEmpty();
        assertThat(Aggregation.ofCode(1L << 32 | 1)).isEmpty();
    }

    @Test
    void readsAvgAsAverageAndRefusesWhatItDoesNotKnow() {
        assertThat(Aggregation.ofLabel("avg")).isEqualTo(Aggregation.AVERAGE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aggregation.ofLabel("median"))
                .withMessageContaining("median")
                .withMessageContaining("absmin");
    }

    @Test
    void keepsTheFirstOfEqualValues() {
        assertThat(Aggregation.ABSMAX.aggregate(new double[] {-3, 3}, 0, 2, 2)).isEqualTo(-3);
        assertThat(Aggregation.ABSMIN.aggregate(new double[] {3, -3}, 0, 2, 2)).isEqualTo(3);
        assertThat(Double.doubleToRawLongBits(Aggregation.MAX.aggregate(new double[] {-0.0, 0.0}, 0, 2, 2)))
                .isEqualTo(Double.doubleToRawLongBits(-0.0));
    }

    @Test
    void sumsFromPositiveZero() {
        assertThat(Double.doubleToRawLongBits(Aggregation.SUM.aggregate(new double[] {-0.0}, 0, 1, 1)))
                .isZero();
    }

    @Test
    void passesOverNotANumberUnlessItComesFirst() {
        assertThat(Aggregation.MAX.aggregate(new double[] {1, Double.NaN, 2}, 0, 3, 3))
                .isEqualTo(2);
        assertThat(Aggregation.MAX.aggregate(new double[] {Double.NaN, 2}, 0, 2, 2))
                .isNaN();
    }

    @ParameterizedTest
    @EnumSource(names = {"SUM", "AVERAGE", "AVG_ZERO"})
    void keepsTheFirstNotANumberOfASum(Aggregation method) {
        double first = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);
        double second = Double.longBitsToDouble(0xfff8_0000_0000_0002L);
        double signalling = Double.longBitsToDouble(0x7ff0_0000_0000_0009L);
        assertThat(bits(method, 1, first, second, 2)).isEqualTo(0x7ff8_0000_0000_0001L);
        assertThat(bits(method, second, first)).isEqualTo(0xfff8_0000_0000_0002L);
        assertThat(bits(method, 1, signalling, first)).isEqualTo(0x7ff8_0000_0000_0009L);
        assertThat(bits(method, first, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))
                .isEqualTo(0x7ff8_0000_0000_0001L);
    }

    private static long bits(Aggregation method, double... known) {
        return Double.doubleToRawLongBits(method.aggregate(known, 0, known.length, known.length));
    }
}
