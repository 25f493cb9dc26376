package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.buckytools.protocol.names.NameList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameFilterTest {
    private static final List<String> NAMES = names();

    private static List<String> names() {
        TreeSet<String> names = new TreeSet<>();
        for (String host : List.of("web-1", "web", "web.1", "db+1", "web$", "w", "wéb")) {
            for (String metric : List.of("cpu.idle", "cpu.user", "cpu", "mem.free", "été")) {
                names.add("servers." + host + "." + metric);
                names.add("carbon.agents." + host + "." + metric);
                names.add(host + "." + metric);
            }
        }
        // Enough for several chunks of the list.
        for (int i = 0; i < 5_000; i++) {
            names.add("many.m" + Integer.toString(i * 7919, 36));
        }
        return List.copyOf(names);
    }

    private static final NameList LIST = list(NAMES);

    private static NameList list(Collection<String> names) {
        NameList.Builder builder = NameList.builder();
        names.forEach(builder::add);
        return builder.build();
    }

    private static List<String> select(NameFilter filter) {
        List<String> names = new ArrayList<>();
        NameFilter.Selection selection = filter.select(Changes.NONE.appliedTo(LIST));
        while (selection.next()) {
            names.add(new String(selection.bytes(), 0, selection.length(), UTF_8));
        }
        return names;
    }

    private static List<String> select(String regex) {
        return select(NameFilter.of(Optional.of(regex), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cpu",
                "^cpu",
                "idle$",
                "^servers\\.web",
                "^servers\\.web\\.",
                "^servers.web",
                "^web-1",
                "^web|^db",
                "^(web|db)",
                "^web\\$",
                "^web$",
                "^servers\\.web-*",
                "^servers\\.web-?1",
                "^servers\\.web{1}",
                "^servers\\.we+b",
                "^w[e]b",
                "^w[|]?eb|^db",
                "^(?i)WEB",
                "(?i)^WEB",
                "^web(?i)\\.CPU",
                "^\\Qweb$\\E",
                "^\\Qw|\\E|db",
                "^wé?b",
                "^été",
                "été",
                "^.eb",
                "^*web",
                "^^web",
                "^",
                "$",
                "^$",
                "nothing",
                "^zzzz",
                "^\\x77eb",
                "^\\167eb",
                "^web\\.1\\.cpu\\.idle$",
                "^many\\.m1",
                "z$",
                "^db\\+1",
                "^db+1",
                "\\.été$",
                "^\\pL+\\.",
                "[[:digit:]]\\.mem",
                "(^web|cpu)\\.user",
                "^(web)|db",
                "^servers\\.(web|db\\+1)\\.cpu\\.(idle|user)$"
            })
    void findsWhatRe2Finds(String regex) {
        Pattern pattern = Pattern.compile(regex);
        assertThat(select(regex))
                .isEqualTo(NAMES.stream()
                        .filter(name -> pattern.matcher(name).find())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "^abc abc",
                "^abc\\.d abc.d",
                "^abc\\.d* abc.",
                "^abc\\.d+ abc.d",
                "^abc\\.(x|y) abc.",
                "^abc$ abc",
                "^ab\\d ab",
                "^ab.c ab",
                "^a{3} ''",
                "^a|b ''",
                "a ''",
                "^(ab) ''"
            })
    void knowsHowNamesBegin(String regex, String beginning) {
        assertThat(new String(NamePattern.compile(regex).beginning(), UTF_8)).isEqualTo(beginning);
    }

    @Property(tries = 100)
    void allConditionsMustHold(@ForAll long seed, @ForAll @Size(max = 4) List<Integer> prefixes) {
        Random random = new Random(seed);
        Optional<String> regex = switch (random.nextInt(4)) {
            case 0 -> Optional.of("^many\\.m" + Integer.toString(random.nextInt(36), 36));
            case 1 -> Optional.of("cpu");
            case 2 -> Optional.of("^servers\\.web");
            default -> Optional.empty();
        };
        TreeSet<String> wanted = new TreeSet<>();
        int count = random.nextInt(random.nextBoolean() ? 10 : 2_000);
        for (int i = 0; i < count; i++) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            wanted.add(random.nextInt(4) == 0 ? name + "x" : name);
        }
        boolean listed = random.nextInt(3) > 0;
        List<String> excepted = new ArrayList<>();
        for (int prefix : prefixes) {
            String name = NAMES.get(Math.floorMod(prefix, NAMES.size()));
            excepted.add(name.substring(0, Math.floorMod(prefix * 31, name.length() + 1)));
        }
        NameFilter filter = NameFilter.of(regex, listed ? Optional.of(list(wanted)) : Optional.empty())
                .except(excepted);
        Optional<Pattern> pattern = regex.map(Pattern::compile);
        assertThat(select(filter))
                .isEqualTo(NAMES.stream()
                        .filter(name -> !listed || wanted.contains(name))
                        .filter(name ->
                                pattern.isEmpty() || pattern.get().matcher(name).find())
                        .filter(name -> excepted.stream().noneMatch(name::startsWith))
                        .toList());
    }

    @Test
    void exceptionsAddUp() {
        NameFilter filter = NameFilter.ALL.except(List.of("many.", "carbon.")).except(List.of("servers", "web"));
        assertThat(select(filter)).isNotEmpty().allMatch(name -> name.matches("(db\\+1|w|wéb)\\..*"));
    }

    @Test
    void namesInTheListNeedNotBeMetrics() {
        NameList odd = list(List.of("", "..", "a/b", "web.cpu", "zzz"));
        assertThat(select(NameFilter.of(Optional.empty(), Optional.of(odd)))).containsExactly("web.cpu");
        assertThat(select(NameFilter.of(Optional.empty(), Optional.of(NameList.EMPTY))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a(b", "[a", "a**", "\\8", "(?P<x", "(?=a)"})
    void saysWhatIsWrongWithAnExpression(String regex) {
        assertThatThrownBy(() -> NameFilter.of(Optional.of(regex), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("error parsing regexp: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((a{1000}){1000}){1000}){1000}",
                "((a{1000}){1000}){9}",
                "((\\pL{999}){999}){9}",
                "((?:[^]]{1000}b){1000}){2}",
                "(\\Qab\\E{1000}){1000}x{1000}"
            })
    void refusesRepetitionsThatWouldFillTheMemory(String regex) {
        assertThatThrownBy(() -> NameFilter.of(Optional.of(regex), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too large");
    }

    @Test
    void refusesParenthesesThatAreTooDeep() {
        String regex = "(".repeat(50_000) + "a" + ")".repeat(50_000);
        assertThatThrownBy(() -> NameFilter.of(Optional.of(regex), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesThousandsOfAlternatives() {
        String regex = "^("
                + String.join(
                        "|",
                        NAMES.subList(0, 2_000).stream().map(Pattern::quote).toList()) + ")$";
        assertThat(NamePattern.compile(regex)
                        .finder()
                        .isIn(NAMES.getFirst().getBytes(UTF_8), NAMES.getFirst().getBytes(UTF_8).length))
                .isTrue();
    }

    @Property(tries = 500)
    void measuresAnyText(@ForAll String text) {
        assertThat(RepetitionSize.of(text)).isNotNegative();
        assertThat(RepetitionSize.of("[{\\(" + text + "){9}[^]")).isNotNegative();
    }

    @Test
    void aNameLongerThanUsualIsMatchedToo() {
        byte[] name = ("x".repeat(3_000) + ".cpu").getBytes(UTF_8);
        assertThat(NamePattern.compile("cpu$").finder().isIn(name, name.length)).isTrue();
        assertThat(NamePattern.compile("cpu$").finder().isIn(name, name.length - 1))
                .isFalse();
    }
}
