package org.buckytools.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricNameTest {
    @Test
    void isThePathWithDots() {
        assertThat(new MetricName("a.b.c").relativePath()).isEqualTo("a/b/c.wsp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a/b", "a.b/", "a\0b", "\uD83D", "\uDE00\uD83D", "a\uD83D.b"})
    void refusesWhatIsNoPathBelowARoot(String name) {
        assertThat(MetricName.isValid(name)).isFalse();
        assertThatThrownBy(() -> new MetricName(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "😀"})
    void measuresPartsInBytes(String letter) {
        int bytes = letter.getBytes(StandardCharsets.UTF_8).length;
        String leaf = letter.repeat(MetricName.MAX_LEAF_BYTES / bytes);
        String part = letter.repeat(MetricName.MAX_PART_BYTES / bytes);
        assertThat(MetricName.isValid(part + "." + leaf)).isTrue();
        assertThat(MetricName.isValid(part + letter + "." + leaf)).isFalse();
        assertThat(MetricName.isValid(part + "." + leaf + letter)).isFalse();
    }

    @Test
    void measuresTheWholeInBytes() {
        // 2 bytes a letter, 192 parts of 16 bytes with the dot
        String name = ("é".repeat(7) + "a.").repeat(MetricName.MAX_BYTES / 16);
        assertThat(MetricName.isValid(name + "a")).isFalse();
        assertThat(MetricName.isValid(name.substring(0, name.length() - 1))).isTrue();
        assertThat(MetricName.isValid(name.substring(0, name.length() - 2) + "aa"))
                .isTrue();
        assertThat(MetricName.isValid(name.substring(0, name.length() - 2) + "aaa"))
                .isFalse();
    }

    @Property(tries = 500)
    void acceptsExactlyWhatHasOnlyPartsThatAreFileNames(
            @ForAll
                    @StringLength(max = 20)
                    @Chars({'.', '/', '\0', 'a', 'é', '€'})
                    @CharRange(from = '\uD83C', to = '\uD83D')
                    @CharRange(from = '\uDE00', to = '\uDE02')
                    String name) {
        boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(name);
        boolean parts = Arrays.stream(name.split("\\.", -1))
                .noneMatch(part -> part.isEmpty() || part.indexOf('/') >= 0 || part.indexOf('\0') >= 0);
        assertThat(MetricName.isValid(name)).isEqualTo(whole && parts);
        if (whole) {
            byte[] utf8 = ("/" + name + "/").getBytes(StandardCharsets.UTF_8);
            assertThat(MetricName.isValid(utf8, 1, utf8.length - 1)).isEqualTo(parts);
        }
    }

    @Test
    void bytesHaveTheBoundsOfTexts() {
        String longest = "x".repeat(MetricName.MAX_PART_BYTES) + "." + "x".repeat(MetricName.MAX_LEAF_BYTES);
        for (String name : List.of(
                longest,
                longest + "x",
                "x" + longest,
                "a.".repeat(MetricName.MAX_BYTES / 2 - 1) + "aa",
                "a.".repeat(MetricName.MAX_BYTES / 2) + "a")) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            assertThat(MetricName.isValid(utf8, 0, utf8.length))
                    .as("%d bytes", utf8.length)
                    .isEqualTo(MetricName.isValid(name));
        }
    }
}
