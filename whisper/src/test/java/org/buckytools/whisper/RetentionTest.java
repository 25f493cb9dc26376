package org.buckytools.whisper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
    @ParameterizedTest
    @CsvSource({
        "60s:30d, 60, 43200, 1m:30d",
        "1m:2y, 60, 1051200, 1m:2y",
        "60:1440, 60, 1440, 1m:1d",
        "10s:6h, 10, 2160, 10s:6h",
        "1h:1w, 3600, 168, 1h:1w",
        "5min:90days, 300, 25920, 5m:90d",
        "300:1d, 300, 288, 5m:1d",
        "1m:61, 60, 61, 1m:61m",
        "7s:1m, 7, 8, 7s:56s",
        "4294967295:2147483647, 4294967295, 2147483647, 4294967295s:9223372030412324865s",
    })
    void readsADefinitionAndGivesOneBack(String definition, long step, int points, String again) {
        Retention retention = Retention.parse(definition);
        assertThat(retention).isEqualTo(new Retention(step, points)).hasToString(again);
        assertThat(retention.seconds()).isEqualTo(step * points);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "60",
                "60s",
                "60s:",
                ":30d",
                "0:10",
                "10:0",
                "1d:1h",
                "60x:30d",
                "60S:30d",
                "-60:10",
                "60: 10",
                "60s:30d:1",
                "1m:3o",
                "4294967296:1",
                "1:2147483648",
                "999999999999999999y:1y",
                "1:9999999999999999999",
                "\u0661m:1d"
            })
    void refusesWhatIsNone(String definition) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retention.parse(definition))
                .withMessageContaining("'" + definition + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"60s:30d,15m:2y", " 60s:30d , 15m:2y "})
    void readsListsWithCommas(String definitions) {
        assertThat(Retention.parseList(definitions))
                .containsExactly(new Retention(60, 43_200), new Retention(900, 70_080));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "60s:30d,", "60s:30d,,15m:2y"})
    void refusesListsWithHoles(String definitions) {
        assertThatIllegalArgumentException().isThrownBy(() -> Retention.parseList(definitions));
    }

    @Property
    void everyRetentionSurvivesItsText(
            @ForAll @LongRange(min = 1, max = 0xFFFF_FFFFL) long step, @ForAll @IntRange(min = 1) int points) {
        Retention retention = new Retention(step, points);
        assertThat(Retention.parse(retention.toString())).isEqualTo(retention);
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        try {
            assertThat(Retention.parse(text).points()).isPositive();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining(text).isExactlyInstanceOf(IllegalArgumentException.class);
        }
    }
}
