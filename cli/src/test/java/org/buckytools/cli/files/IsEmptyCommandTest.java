package org.buckytools.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsEmptyCommandTest {
    @ParameterizedTest
    @CsvSource({
        "0.125, 0.12",
        "0.375, 0.38",
        "2.675, 2.67",
        "-0.004, -0.00",
        "-0.0, -0.00",
        "1e22, 10000000000000000000000.00",
        "-1234.5, -1234.50",
        "Infinity, +Inf",
        "-Infinity, -Inf"
    })
    void printsValuesAsGoDoes(double value, String text) {
        assertThat(IsEmptyCommand.twoDecimals(value)).isEqualTo(text);
    }
}
