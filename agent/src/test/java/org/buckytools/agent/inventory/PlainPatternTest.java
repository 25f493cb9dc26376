package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainPatternTest {
    @Provide
    Arbitrary<String> expressions() {
        return Arbitraries.of(
                        "a",
                        "b",
                        ".",
                        "\\.",
                        "-",
                        "[ab]",
                        "[a-b.]",
                        "[b-]",
                        "[^a]",
                        "[]a]",
                        "[a",
                        "]",
                        "[-b]",
                        "[a-b-]",
                        "[_0-9]",
                        ".*",
                        "*",
                        "+",
                        "?",
                        "{2}",
                        "{",
                        "^",
                        "$",
                        "\\$",
                        "\\",
                        "(",
                        ")",
                        "|",
                        "é",
                        "\\d",
                        "\\Q",
                        "\\E",
                        "\\n",
                        "(?i)",
                        "\n",
                        " ",
                        "[[:alpha:]]",
                        "[\\.]",
                        "[ab]*",
                        "\\z",
                        "\\b")
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "b", ".", "-", "é", "\n", "$", "0", "_", "A", "]", "^", "{", " ", "\u00aa")
                .list()
                .ofMaxSize(7)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 20_000)
    void findsWhatRe2Finds(@ForAll("expressions") String expression, @ForAll("names") String name) {
        Pattern re2;
        try {
            re2 = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            return;
        }
        Optional<PlainPattern> plain = PlainPattern.of(expression);
        byte[] bytes = name.getBytes(UTF_8);

        assertThat(plain.map(one -> one.isIn(bytes, bytes.length)))
                .isIn(Optional.empty(), Optional.of(re2.matcher(bytes).find()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".*",
                "cpu",
                "^servers\\.",
                "^servers\\..*",
                "^prod\\.dc0[0-1]\\.",
                ".*\\.count$",
                "^a_b-c$",
                "[a-zA-Z_.]x",
                "\\$"
            })
    void knowsWhatPeopleType(String expression) {
        assertThat(PlainPattern.of(expression)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a|b",
                "(a)",
                "a.c",
                "a+",
                "ab?",
                "[^a]",
                "\\d",
                "^.*a",
                "a{2}",
                "é",
                "[a",
                "(?i)a",
                "^(a|b)\\.",
                "\\"
            })
    void leavesTheRestToRe2(String expression) {
        assertThat(PlainPattern.of(expression)).isEmpty();
    }

    @Test
    void readsNoFartherThanTheNameIsLong() {
        byte[] name = "abcd".getBytes(UTF_8);
        assertThat(PlainPattern.of("c$").orElseThrow().isIn(name, 3)).isTrue();
        assertThat(PlainPattern.of("d").orElseThrow().isIn(name, 3)).isFalse();
    }

    @Test
    void comparesALongPatternInOnePlaceOnly() {
        assertThat(PlainPattern.of("^" + "a".repeat(1000))).isPresent();
        assertThat(PlainPattern.of("a".repeat(1000))).isEmpty();
    }
}
