package org.buckytools.cli.carbon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineBufferTest {
    private static String text(LineBuffer buffer) {
        return new String(buffer.toByteArray(), US_ASCII);
    }

    private static String written(double value) {
        return text(new LineBuffer(0).putDouble(value));
    }

    @Property
    void writesWholeNumbersAsJavaDoes(@ForAll long value) {
        assertThat(text(new LineBuffer(0).putLong(value))).isEqualTo(Long.toString(value));
    }

    @Test
    void writesTheLargestAndTheSmallestNumber() {
        LineBuffer buffer = new LineBuffer(1);
        buffer.putLong(Long.MIN_VALUE).put(' ').putLong(Long.MAX_VALUE).put(' ').putLong(0);
        for (long power = 1; power <= Long.MAX_VALUE / 10; power *= 10) {
            buffer.put(' ').putLong(power).put(' ').putLong(-power * 10 + 1);
        }
        assertThat(text(buffer))
                .startsWith("-9223372036854775808 9223372036854775807 0 1 -9 10 -99 100 -999 ")
                .endsWith(" 100000000000000000 -999999999999999999");
    }

    /** Right column: Python's repr. */
    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "-0.0, -0.0",
        "1.0, 1.0",
        "-1.5, -1.5",
        "0.1, 0.1",
        "100, 100.0",
        "123456.789, 123456.789",
        "0.30000000000000004, 0.30000000000000004",
        "0.3333333333333333, 0.3333333333333333",
        "1234567.1234567891, 1234567.1234567892",
        "999999999999999.9, 999999999999999.9",
        "1e15, 1000000000000000.0",
        "9007199254740993, 9007199254740992.0",
        "9999999999999998, 9999999999999998.0",
        "1e16, 1e+16",
        "12345678901234567890, 1.2345678901234567e+19",
        "1e22, 1e+22",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "0.0001, 0.0001",
        "0.00012345, 0.00012345",
        "0.0008200337782596881, 0.0008200337782596881",
        "0.00001, 1e-05",
        "0.000012345, 1.2345e-05",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "1e-100, 1e-100",
        "0.007812500000000003, 0.007812500000000003",
        "NaN, nan",
        "Infinity, inf",
        "-Infinity, -inf"
    })
    void writesFractionsAsPythonDoes(double value, String expected) {
        assertThat(written(value)).isEqualTo(expected);
    }

    @Property
    void writesWhatReadsBackToTheSame(@ForAll long bits) {
        double value = Double.longBitsToDouble(bits);
        if (Double.isFinite(value)) {
            assertThat(Double.parseDouble(written(value))).isEqualTo(value);
        }
    }

    @Property
    void writesUsualFractionsSoThatTheyReadBack(@ForAll @DoubleRange(min = -2, max = 2) double value) {
        assertThat(Double.parseDouble(written(value))).isEqualTo(value);
    }

    @Property
    void writesDecimalsWithTheDigitsTheyHave(
            @ForAll @IntRange(min = -999_999_999, max = 999_999_999) int digits,
            @ForAll @IntRange(max = 9) int decimals) {
        double value = digits / Math.pow(10, decimals);
        String expected =
                new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        if (Math.abs(value) >= 1e-4) {
            assertThat(written(value)).isEqualTo(expected.contains(".") ? expected : expected + ".0");
        }
    }

    @Test
    void canForgetWhatWasWrittenLast() {
        LineBuffer buffer = new LineBuffer(2);
        buffer.putAscii("name").put(' ');
        int keep = buffer.length();
        buffer.putLong(17).truncate(keep);
        buffer.put(new byte[] {'x', 'y', 'z'}, 1, 1);

        assertThat(text(buffer)).isEqualTo("name y");
    }
}
