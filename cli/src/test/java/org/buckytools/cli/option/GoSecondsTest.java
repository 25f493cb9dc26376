package org.buckytools.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class GoSecondsTest {
    @ParameterizedTest
    @CsvSource({"60, 60", "60s, 60", "60ns, 60", "1m30s, 90", "2h, 7200", "0, 0", "0s, 0", "0x10, 16"})
    void readsSeconds(String text, long seconds) {
        assertThat(new GoSeconds().convert(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "ns",
                "-1",
                "-1s",
                "1.5s",
                "60 s",
                "1s1m",
                "99999999999999999999s",
                "9223372036854775807h"
            })
    void refusesWhatIsNoTime(String text) {
        assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> new GoSeconds().convert(text));
    }
}
