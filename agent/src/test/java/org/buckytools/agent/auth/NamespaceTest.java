package org.buckytools.agent.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers are those of Go's {@code filepath.Match}. */
class NamespaceTest {
    private static boolean matches(String pattern, String name) {
        return Namespace.parse(pattern).map(parsed -> parsed.matches(name)).orElse(false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "* sys.cpu true",
                "* * true",
                "sys.* sys.cpu.load true",
                "sys.* sys. true",
                "sys.* system.cpu false",
                "sys.* * false",
                "sys.*.load sys.a.b.load true",
                "sys.*.load sys.load false",
                "*.load sys.load true",
                "a*b*c axxbyybzc true",
                "a*b*c axxbyybz false",
                "sys sys true",
                "sys sys.cpu false",
                "sys.? sys.a true",
                "sys.? sys.ab false",
                "? * true",
                "[ab].x b.x true",
                "[ab].x c.x false",
                "[^ab].x c.x true",
                "[a-c]z bz true",
                "[a-c]z dz false",
                "[*] * true",
                "\\* * true",
                "\\* a false",
                "é? éß true",
                "[α-ω] λ true",
            })
    void matchesAsGoDoes(String pattern, String name, boolean expected) {
        assertThat(matches(pattern, name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"[", "[a", "[]", "[]a]", "[a-", "[a-]", "[-a]", "[^]", "a\\", "*["})
    void whatIsMalformedMatchesNothing(String pattern) {
        assertThat(Namespace.parse(pattern)).isEmpty();
    }

    @Test
    void anEmptyOneMatchesNoMetric() {
        assertThat(matches("", "a")).isFalse();
    }

    @Property(tries = 200)
    void agreesWithARegularExpression(
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String name,
            @ForAll @StringLength(max = 6) String random) {
        // Letters, stars and question marks, some of each.
        StringBuilder pattern = new StringBuilder();
        random.chars().forEach(c -> pattern.append("ab*?".charAt(c % 4)));
        String expression = pattern.toString().replace("*", ".*").replace("?", ".");
        assertThat(matches(pattern.toString(), name)).isEqualTo(name.matches(expression));
    }

    @Test
    void manyStarsTakeNoLongTime() {
        String stars = "*a".repeat(1000) + "b";
        Assertions.assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(matches(stars, "a".repeat(3000))).isFalse());
    }
}
