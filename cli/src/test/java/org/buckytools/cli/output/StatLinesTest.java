package org.buckytools.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class StatLinesTest {
    @Property
    void roundsToTwoDecimals(@ForAll @LongRange(min = 0, max = 1L << 40) long bytes) {
        BigDecimal exact = BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(1024));
        assertThat(StatLines.kibibytes(bytes))
                .isEqualTo(exact.setScale(2, RoundingMode.HALF_EVEN).toPlainString());
    }

    @Property
    void roundsWhatLiesInBetweenToTheEvenOne(@ForAll @LongRange(min = 0, max = 1000) long kibibytes) {
        // 128 bytes are 0.125 KiB.
        assertThat(StatLines.kibibytes(kibibytes * 1024 + 128)).isEqualTo(kibibytes + ".12");
        assertThat(StatLines.kibibytes(kibibytes * 1024 + 384)).isEqualTo(kibibytes + ".38");
    }
}
