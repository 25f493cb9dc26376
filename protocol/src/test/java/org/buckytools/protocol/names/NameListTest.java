package org.buckytools.protocol.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NameListTest {
    @Property(tries = 200)
    void holdsEachNameOnceInOrder(@ForAll List<@Chars({'a', 'b', '.', 'é', '丂'}) @StringLength(max = 9) String> names) {
        NameList list = listOf(names);

        assertThat(list).containsExactlyElementsOf(sorted(names));
        assertThat(list.size()).isEqualTo(sorted(names).size());
    }

    @Property(tries = 100)
    void knowsWhatItHolds(
            @ForAll List<@CharRange(from = 'a', to = 'c') @StringLength(max = 5) String> names,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 5) String wanted) {
        assertThat(listOf(names).contains(wanted)).isEqualTo(names.contains(wanted));
    }

    @Test
    void findsEveryNameInManyChunks() {
        List<String> names = manyNames(30_000);
        NameList list = listOf(names);

        assertThat(names).allMatch(list::contains);
        assertThat(list.contains("a")).isFalse();
        assertThat(list.contains(names.get(7) + "x")).isFalse();
        assertThat(list.contains("zzz")).isFalse();
    }

    @Test
    void sortsWhatComesInAnyOrder() {
        List<String> names = manyNames(60_000);
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(1));
        shuffled.addAll(names.subList(0, 100));

        assertThat(listOf(shuffled)).containsExactlyElementsOf(names);
    }

    @Test
    void takesLessThan40BytesForANameOf60() {
        NameList list = listOf(manyNames(100_000));

        assertThat(list.bytes() / (double) list.size()).isLessThan(40);
    }

    @Test
    void holdsNamesThatShareNothingAndAreLongerThanABuffer() {
        List<String> names = List.of("a".repeat(3000), "b".repeat(2999), "c");

        assertThat(listOf(names)).containsExactlyElementsOf(names);
    }

    @Test
    void mergesSeveralListsAndSaysWhereANameIs() {
        NameList.Merge merge =
                NameList.merge(List.of(listOf(List.of("a", "c")), NameList.EMPTY, listOf(List.of("b", "c", "d"))));

        List<String> seen = new ArrayList<>();
        while (merge.next()) {
            seen.add(merge.cursor().name() + "@" + merge.source() + "x" + merge.occurrences());
        }
        assertThat(seen).containsExactly("a@0x1", "b@2x1", "c@0x2", "d@2x1");
        assertThat(merge.next()).isFalse();
    }

    private static NameList listOf(List<String> names) {
        NameList.Builder builder = NameList.builder();
        names.forEach(builder::add);
        return builder.build();
    }

    private static List<String> sorted(List<String> names) {
        TreeSet<String> sorted = new TreeSet<>((a, b) ->
                Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
        sorted.addAll(names);
        return List.copyOf(sorted);
    }

    private static List<String> manyNames(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(String.format(
                    "servers.rack%02d.host%04d.cpu-%d.usage.percentage.user_average", i / 3000, i / 30, i % 30));
        }
        return sorted(names);
    }
}
