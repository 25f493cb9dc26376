package org.buckytools.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class QuantitiesTest {
    @Test
    void groupsDigits() {
        assertThat(Quantities.count(1_234_567)).isEqualTo("1,234,567");
        assertThat(Quantities.count(1, "metric", "metrics")).isEqualTo("1 metric");
        assertThat(Quantities.count(0, "metric", "metrics")).isEqualTo("0 metrics");
    }

    @Test
    void choosesTheUnitOfBytes() {
        assertThat(Quantities.bytes(0)).isEqualTo("0 B");
        assertThat(Quantities.bytes(999)).isEqualTo("999 B");
        assertThat(Quantities.bytes(1000)).isEqualTo("1.0 kB");
        assertThat(Quantities.bytes(999_499)).isEqualTo("999 kB");
        assertThat(Quantities.bytes(999_500)).isEqualTo("1.0 MB");
        assertThat(Quantities.bytes(2.5e9)).isEqualTo("2.5 GB");
        assertThat(Quantities.bytes(1e18)).isEqualTo("1000 PB");
    }

    @Test
    void writesTimesAsPeopleDo() {
        assertThat(Quantities.time(Duration.ofMillis(840))).isEqualTo("0.8 s");
        assertThat(Quantities.time(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(Quantities.time(Duration.ofSeconds(187))).isEqualTo("3:07");
        assertThat(Quantities.time(Duration.ofSeconds(75_849))).isEqualTo("21:04:09");
    }

    @Test
    void keepsADecimalWhereItMatters() {
        assertThat(Quantities.rate(3.21)).isEqualTo("3.2");
        assertThat(Quantities.rate(641.4)).isEqualTo("641");
        assertThat(Quantities.rate(12_345)).isEqualTo("12,345");
    }

    @Property
    void separatesThousandsAsTheFormatterDoes(@ForAll long number) {
        assertThat(Quantities.count(number)).isEqualTo(String.format(Locale.ROOT, "%,d", number));
    }

    @Property
    void roundsToTheNearest(@ForAll @DoubleRange(max = 1e7) double rate) {
        double own = Double.parseDouble(Quantities.rate(rate).replace(",", ""));
        assertThat(Math.abs(own - rate)).isLessThanOrEqualTo(rate < 9.95 ? 0.0500001 : 0.5);
    }
}
