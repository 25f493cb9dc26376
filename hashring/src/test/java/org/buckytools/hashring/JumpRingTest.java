package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JumpRingTest {
    private static String sorted(String instances) {
        String[] names = instances.split(" ");
        int[] order = IntStream.range(0, names.length).toArray();
        JumpRing.mergeSort(order, 0, order.length, (a, b) -> RelayInstance.compare(names[a], names[b]));
        return String.join(" ", Arrays.stream(order).mapToObj(i -> names[i]).toList());
    }

    /** The constant of the Go tools' own tests. */
    @Test
    void foobarIsWhereTheGoToolsHaveIt() {
        List<Member> members = new ArrayList<>();
        for (int i = 10; i <= 18; i++) {
            members.add(Member.parse(String.format("graphite%03d-g5", i)));
        }
        for (int i = 19; i <= 54; i++) {
            members.add(Member.parse(String.format("graphite-data%03d-g5", i)));
        }
        assertThat(members).hasSize(45);
        assertThat(HashRings.of(RingType.JUMP_FNV1A, members).stores("foobar")).containsExactly("graphite-data043-g5");
        assertThat(HashRings.of(RingType.JUMP_STRING, members).stores("foobar")).containsExactly("graphite-data043-g5");
    }

    /** 9 before 10 before 1a before 9: which way round they come out depends on where they stood. */
    @ParameterizedTest
    @CsvSource({
        "9 10 1a, 9 10 1a",
        "9 1a 10, 9 10 1a",
        "10 9 1a, 10 1a 9",
        "10 1a 9, 10 1a 9",
        "1a 9 10, 1a 9 10",
        "1a 10 9, 1a 9 10",
    })
    void instancesInACircleComeOutAsFromAStableMergeSort(String given, String expected) {
        assertThat(sorted(given)).isEqualTo(expected);
    }

    @Test
    void mergeSortSortsAndKeepsTheOrderOfEquals() {
        Random random = new Random(3);
        for (int size = 0; size < 70; size++) {
            int[] values = random.ints(size, 0, 1000).toArray();
            List<Integer> expected =
                    new ArrayList<>(Arrays.stream(values).boxed().toList());
            Collections.sort(expected, (a, b) -> Integer.compare(a / 100, b / 100));
            JumpRing.mergeSort(values, 0, size, (a, b) -> Integer.compare(a / 100, b / 100));
            assertThat(values)
                    .containsExactly(
                            expected.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Both numbers: by value.
        "9, 10, -1",
        "010, 10, 0",
        "+7, 7, 0",
        "-3, 2, -1",
        // One is not: by bytes.
        "10, 1a, -1",
        "9, 1a, 1",
        "+, 1, -1",
        "-, -1, -1",
        "1e3, 999, -1",
        "\u00e4, z, 1",
        // The difference in 32 bits has the other sign, or is nothing.
        "0, 4294967290, 1",
        "0, 4294967296, 0",
        "2147483648, 0, -1",
        // Beyond 64 bits strtol stops at the greatest number, and both are equal.
        "99999999999999999999, 9223372036854775807, 0",
        "-99999999999999999999, -9223372036854775808, 0",
    })
    void instancesAreComparedAsTheRelayDoes(String left, String right, int sign) {
        assertThat(Integer.signum(RelayInstance.compare(left, right))).isEqualTo(sign);
        assertThat(Integer.signum(RelayInstance.compare(right, left)))
                .isEqualTo(left.equals("2147483648") ? -1 : -sign);
    }

    @ParameterizedTest
    @CsvSource({"a, a", "01, 1", "0, 0", "000, 0", "1a, 1a", "-01, -01", "4294967290, -6", "99999999999999999999, -1"})
    void instancesOfDigitsAreReadAsNumbersByTheRelay(String configured, String read) {
        assertThat(RelayInstance.read(configured)).isEqualTo(read);
    }

    /** Beyond the basic plane UTF-16, in which Java compares, has another order than the bytes of UTF-8. */
    @Test
    void stringsAreComparedByTheirBytes() {
        assertThat(RelayInstance.compare("\ufb01", "\ud83c\udf21")).isNegative();
        assertThat("\ufb01".compareTo("\ud83c\udf21")).isPositive();
    }
}
