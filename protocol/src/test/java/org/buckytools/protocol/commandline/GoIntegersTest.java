package org.buckytools.protocol.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoIntegersTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "+7, 7",
        "1000, 1000",
        "1_000, 1000",
        "0x3e8, 1000",
        "0X_3E8, 1000",
        "-0x10, -16",
        "0b101, 5",
        "0o17, 15",
        "017, 15",
        "0_17, 15",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void readsWhatGoReads(String text, long expected) {
        assertThat(GoIntegers.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "x",
                "1.5",
                "08",
                "0x",
                "0b2",
                "_1",
                "1_",
                "1__0",
                "0x1_",
                "--1",
                "0x-1",
                "9223372036854775808"
            })
    void refusesWhatGoRefuses(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> GoIntegers.parse(text));
    }
}
