package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HashRingsTest {
    private static List<Member> members(String... texts) {
        return Arrays.stream(texts).map(Member::parse).toList();
    }

    private static void refused(RingType type, int replicas, String message, String... members) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashRings.of(type, members(members), replicas, true))
                .withMessage(message);
    }

    @ParameterizedTest
    @EnumSource
    void aRingNeedsMembersAndReplicas(RingType type) {
        refused(type, 1, "a hash ring needs at least one member");
        refused(type, 0, "a hash ring has at least 1 replica, not 0", "h1");
    }

    @ParameterizedTest
    @EnumSource
    void noMemberIsThereTwice(RingType type) {
        refused(type, 1, "member h1:2003=a is there twice", "h1:2003=a", "h2", "h1:2003:a");
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON", "FNV1A", "JUMP_FNV1A", "JUMP_STRING"})
    void theRelaysPortAndNoneAreTheSame(RingType type) {
        refused(
                type,
                1,
                "members h1 and h1:2003 are the same on a " + type + " ring: 2003 is the port where none is given",
                "h1",
                "h1:2003");
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON1", "CARBON1_FNV1A", "CARBON1_MMH3", "CARBON1_FAST", "RELAY_NG", "RELAY_NG_V2"})
    void portsDoNotTellMembersApartWhereTheyDoNotCount(RingType type) {
        refused(
                type,
                1,
                "members h1:2003 and h1:2004 are the same on a " + type + " ring: ports do not count",
                "h1:2003",
                "h1:2004");
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON", "FNV1A", "JUMP_FNV1A", "JUMP_STRING"})
    void carbonCRelayRefusesMoreReplicasThanMembers(RingType type) {
        refused(type, 3, "3 replicas on a ring of 2 members; carbon-c-relay refuses that", "h1", "h2");
        refused(type, 2, "2 replicas on a ring of 1 member; carbon-c-relay refuses that", "h1");
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON1", "CARBON1_FNV1A", "CARBON1_MMH3", "CARBON1_FAST"})
    void pythonCarbonSendsToAllWhereReplicasExceedMembers(RingType type) {
        HashRing ring = HashRings.of(type, members("h1", "h2"), 3, true);
        assertThat(ring.owners("a.b")).containsExactlyInAnyOrderElementsOf(ring.members());
        assertThat(ring.replicas()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"RELAY_NG", "RELAY_NG_V2"})
    void carbonRelayNgHasNoReplicasAndNoIpv6(RingType type) {
        refused(type, 2, "a " + type + " ring has 1 replica, not 2: carbon-relay-ng has no replication", "h1", "h2");
        refused(
                type,
                1,
                "member [::1]: a " + type
                        + " ring takes no IPv6 address, of which carbon-relay-ng hashes only what stands"
                        + " before the first colon",
                "[::1]",
                "h2");
    }

    /** carbon-c-relay 3.7.3 runs for ever when it looks for a second owner on such a ring. */
    @Test
    void membersThatGetNothingCannotHoldReplicas() {
        refused(
                RingType.FNV1A,
                2,
                "2 replicas, but only 1 of the 2 members get anything on this fnv1a ring, as the others hash to the same"
                        + " points",
                "h1=a",
                "h2=a");
        refused(
                RingType.CARBON,
                2,
                "2 replicas, but only 1 of the 2 members get anything on this carbon ring, as the others hash to the same"
                        + " points",
                "10.0.0.1:2003",
                "10.0.0.1:2004");
    }

    @Test
    void theFirstInOrderTakesAllWhereMembersHaveTheSamePoints() {
        HashRing fnv1a = HashRings.of(RingType.FNV1A, members("h2=a", "h1=a"));
        assertThat(fnv1a.owners("x.y")).containsExactly(Member.parse("h1=a"));
        HashRing carbon = HashRings.of(RingType.CARBON, members("10.0.0.1:2004", "10.0.0.1:2003"));
        assertThat(carbon.owners("x.y")).containsExactly(Member.parse("10.0.0.1:2004"));
    }

    @Test
    void diversityIsForPythonCarbonOnly() {
        List<Member> members = members("h1=a", "h1=b", "h2=a");
        for (RingType type : RingType.values()) {
            assertThat(HashRings.of(type, members, 1, true).diverseReplicas()).isEqualTo(type.canDiversifyReplicas());
            assertThat(HashRings.of(type, members, 1, false).diverseReplicas()).isFalse();
        }
        assertThat(Arrays.stream(RingType.values())
                        .filter(RingType::canDiversifyReplicas)
                        .map(RingType::wireName))
                .allMatch(name -> name.startsWith("carbon1"));
    }

    @Test
    void fastHashingRefusesAnOrderLeftToChance() {
        refused(
                RingType.CARBON1_FAST,
                1,
                "on a carbon1_fast ring member h23857 has the same hash as another, and carbon leaves their order to chance",
                "h4776",
                "h1",
                "h23857");
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void relayNgsSecondRingIsFullSomeTime() {
        List<Member> members =
                IntStream.range(0, 1000).mapToObj(i -> Member.parse("h" + i)).toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashRings.of(RingType.RELAY_NG_V2, members))
                .withMessageContaining("no position left for member h");
        assertThat(HashRings.of(RingType.RELAY_NG_V2, members.subList(0, 600)).members())
                .hasSize(600);
    }

    @Test
    void laterChangesOfTheListDoNotMatter() {
        List<Member> given = new ArrayList<>(members("h1", "h2"));
        HashRing ring = HashRings.of(RingType.CARBON, given);
        given.clear();
        assertThat(ring.members()).hasSize(2);
        assertThat(ring).hasToString("carbon of [h1, h2], 1 replica");
    }
}
