package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A Go client must stop where it would compute another placement, and go on where it would not. */
class GoAlgorithmTest {
    private static String algorithm(RingType type, int replicas, String... members) {
        List<Member> parsed = Arrays.stream(members).map(Member::parse).toList();
        return HashRings.of(type, parsed, replicas, true).goAlgorithm();
    }

    private static String[] numbered(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "h" + i + ":2003=" + i)
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({"CARBON, carbon", "FNV1A, fnv1a", "JUMP_FNV1A, jump_fnv1a", "JUMP_STRING, jump_fnv1a"})
    void isGosNameWherePlacementIsGos(RingType type, String name) {
        assertThat(algorithm(type, 1, "h3:2003=a", "h1:2003", "h2:2003")).isEqualTo(name);
        assertThat(algorithm(type, 1, numbered(9))).isEqualTo(name);
    }

    @ParameterizedTest
    @EnumSource
    void isNeverGosNameWithReplicas(RingType type) {
        if (type == RingType.RELAY_NG || type == RingType.RELAY_NG_V2) {
            return;
        }
        assertThat(algorithm(type, 2, "h1:2003", "h2:2003", "h3:2003"))
                .endsWith(" with 2 replicas")
                .isNotIn("carbon", "fnv1a", "jump_fnv1a");
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON1", "CARBON1_FNV1A", "CARBON1_MMH3", "CARBON1_FAST", "RELAY_NG", "RELAY_NG_V2"})
    void isItsOwnNameWhereGoHasNoSuchRing(RingType type) {
        assertThat(algorithm(type, 1, "h1:2003", "h2:2003")).isEqualTo(type.wireName());
    }

    @Test
    void isNotGosNameWhereNumbersAndStringsSortDifferently() {
        assertThat(algorithm(RingType.JUMP_FNV1A, 1, numbered(10))).isEqualTo("jump_fnv1a as in carbon-c-relay");
        assertThat(algorithm(RingType.JUMP_STRING, 1, numbered(10))).isEqualTo("jump_fnv1a");
    }

    @Test
    void isGosNameWhereOnlyInstancesOfOneHostChangePlaces() {
        assertThat(algorithm(RingType.JUMP_FNV1A, 1, "h1=9", "h1=10", "h2=a")).isEqualTo("jump_fnv1a");
    }

    /** Go puts a member without instance where it is when it comes, the relay puts it last. */
    @Test
    void isNotGosNameWhereAMemberWithoutInstanceComesEarly() {
        assertThat(algorithm(RingType.JUMP_FNV1A, 1, "h1", "h2=a")).isEqualTo("jump_fnv1a as in carbon-c-relay");
    }

    @Test
    void isNotGosNameWhereGoWouldHashPortZero() {
        assertThat(algorithm(RingType.FNV1A, 1, "h1", "h2:2003")).isEqualTo("fnv1a as in carbon-c-relay");
        assertThat(algorithm(RingType.FNV1A, 1, "h1=a", "h2=b")).isEqualTo("fnv1a");
        assertThat(algorithm(RingType.CARBON, 1, "h1", "h2:2003")).isEqualTo("carbon");
    }

    @Test
    void isNotGosNameWhereTheRelayReadsAnotherInstance() {
        assertThat(algorithm(RingType.CARBON, 1, "h1=01", "h2=02")).isEqualTo("carbon as in carbon-c-relay");
        assertThat(algorithm(RingType.FNV1A, 1, "h1=01", "h2=02")).isEqualTo("fnv1a as in carbon-c-relay");
        assertThat(algorithm(RingType.JUMP_FNV1A, 1, "h1=01", "h2=02")).isEqualTo("jump_fnv1a");
    }
}
