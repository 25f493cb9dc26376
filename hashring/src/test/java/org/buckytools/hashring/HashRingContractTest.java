package org.buckytools.hashring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every ring, whatever its type. */
class HashRingContractTest {
    private static final List<String> NAMES = RandomRings.names(2000, true);

    /** Each type with one to three replicas, with diverse replicas and without; several instances share a host. */
    static Stream<HashRing> rings() {
        List<Member> members = Stream.of("h1:1=a", "h1:2=b", "h2:1=c", "h2:2=10", "h3:1=9", "h3:2=1a", "h4:1=d")
                .map(Member::parse)
                .toList();
        List<HashRing> rings = new ArrayList<>();
        for (RingType type : RingType.values()) {
            int most = type == RingType.RELAY_NG || type == RingType.RELAY_NG_V2 ? 1 : 3;
            for (int replicas = 1; replicas <= most; replicas++) {
                rings.add(HashRings.of(type, members, replicas, true));
                rings.add(HashRings.of(type, members, replicas, false));
            }
        }
        return rings.stream();
    }

    @ParameterizedTest
    @MethodSource("rings")
    void givesAsManyDistinctOwnersAsReplicas(HashRing ring) {
        for (String name : NAMES) {
            assertThat(ring.owners(name))
                    .hasSize(ring.replicas())
                    .doesNotHaveDuplicates()
                    .isSubsetOf(ring.members());
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void pointsAscendAndBelongToTheMembers(HashRing ring) {
        List<RingPoint> points = ring.points();
        assertThat(points).extracting(RingPoint::position).isSorted().doesNotHaveDuplicates();
        boolean hasPoints = switch (ring.type()) {
            case JUMP_FNV1A, JUMP_STRING, CARBON1_FAST -> false;
            case CARBON, CARBON1, FNV1A, CARBON1_FNV1A, CARBON1_MMH3, RELAY_NG, RELAY_NG_V2 -> true;
        };
        if (hasPoints) {
            assertThat(points)
                    .hasSizeBetween(ring.members().size() * 90, ring.members().size() * 100)
                    .extracting(point -> ring.members().get(point.member()))
                    .contains(ring.members().toArray(Member[]::new));
        } else {
            assertThat(points).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void storesAreTheDistinctHostsOfTheOwners(HashRing ring) {
        for (String name : NAMES) {
            List<String> hosts =
                    ring.owners(name).stream().map(Member::host).distinct().toList();
            assertThat(ring.stores(name)).isEqualTo(hosts);
            if (ring.diverseReplicas()) {
                assertThat(hosts).hasSize(ring.replicas());
            }
        }
        assertThat(ring.stores()).containsExactly("h1", "h2", "h3", "h4");
    }

    @ParameterizedTest
    @MethodSource("rings")
    void fewerOwnersAreTheFirstOfMore(HashRing ring) {
        int most =
                ring.diverseReplicas() ? ring.stores().size() : ring.members().size();
        for (String name : NAMES.subList(0, 200)) {
            List<Member> all = ring.owners(name, Integer.MAX_VALUE);
            assertThat(all).hasSize(most).doesNotHaveDuplicates();
            for (int count = 1; count <= most; count++) {
                assertThat(ring.owners(name, count)).isEqualTo(all.subList(0, count));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void lookupsOfBytesAndOfTextAgreeWithTheRing(HashRing ring) {
        RingLookup lookup = ring.lookup();
        int[] out = new int[ring.replicas() + 1];
        for (String name : NAMES) {
            byte[] padded = ("x;." + name + ".y").getBytes(UTF_8);
            int to = padded.length - 2;
            int count = lookup.owners(padded, 3, to, out);
            assertThat(Arrays.stream(out, 0, count).mapToObj(ring.members()::get))
                    .isEqualTo(ring.owners(name));
            assertThat(lookup.owners(CharBuffer.wrap(name), out)).isEqualTo(count);
            assertThat(Arrays.stream(out, 0, count).mapToObj(ring.members()::get))
                    .isEqualTo(ring.owners(name));

            List<String> stores = ring.stores(name);
            int storeCount = lookup.stores(padded, 3, to, out);
            assertThat(Arrays.stream(out, 0, storeCount).mapToObj(ring.stores()::get))
                    .isEqualTo(stores);
            assertThat(lookup.stores(name, out)).isEqualTo(storeCount);
            assertThat(ring.stores().get(lookup.firstStore(padded, 3, to))).isEqualTo(stores.getFirst());
            assertThat(lookup.firstStore(name)).isEqualTo(out[0]);
            for (int store = 0; store < ring.stores().size(); store++) {
                boolean expected = stores.contains(ring.stores().get(store));
                assertThat(lookup.isStoredOn(padded, 3, to, store)).isEqualTo(expected);
                assertThat(lookup.isStoredOn(name, store)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void everyMemberGetsItsShare(HashRing ring) {
        Map<Member, Integer> shares = new HashMap<>();
        for (String name : NAMES) {
            shares.merge(ring.owners(name).getFirst(), 1, Integer::sum);
        }
        int fair = NAMES.size() / ring.members().size();
        assertThat(shares.values())
                .hasSameSizeAs(ring.members())
                .allSatisfy(share -> assertThat(share).isBetween(fair / 3, fair * 2));
    }

    @ParameterizedTest
    @EnumSource
    void tagsCountOnlyWhereTheRelayHashesThem(RingType type) {
        HashRing ring = HashRings.of(
                type,
                Stream.of("h1=a", "h2=b", "h3=c", "h4=d").map(Member::parse).toList());
        long sameStore = NAMES.stream()
                .filter(name -> ring.stores(name + ";a=1;b=2").equals(ring.stores(name)))
                .filter(name -> ring.stores(name + ";").equals(ring.stores(name)))
                .count();
        if (type.hashesTags()) {
            assertThat(sameStore).isLessThan(NAMES.size() / 2);
        } else {
            assertThat(sameStore).isEqualTo(NAMES.size());
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void oddNamesHaveOwnersToo(HashRing ring) {
        RingLookup lookup = ring.lookup();
        for (String name : List.of("", ";", ";a=b", "h\u00e4user", "\ud800", "x".repeat(100_000), "\u0000")) {
            assertThat(ring.owners(name)).hasSize(ring.replicas());
            byte[] bytes = name.getBytes(UTF_8);
            assertThat(lookup.firstStore(name)).isEqualTo(lookup.firstStore(bytes, 0, bytes.length));
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void wrongArgumentsAreRefused(HashRing ring) {
        RingLookup lookup = ring.lookup();
        int[] tooSmall = new int[ring.replicas() - 1];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lookup.owners("a", tooSmall))
                .withMessageStartingWith("room for " + tooSmall.length + " results, but the ring has");
        assertThatIllegalArgumentException().isThrownBy(() -> lookup.stores("a", tooSmall));
        assertThatThrownBy(() -> lookup.firstStore(new byte[3], 2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> lookup.firstStore(new byte[3], 2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.owners("a.b", 0))
                .withMessage("asked for 0 owners of 'a.b'");
        assertThatThrownBy(() -> ring.members().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ring.stores().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @EnumSource
    void oneMemberOwnsEverything(RingType type) {
        Member only = Member.parse("h1:2003=a");
        HashRing ring = HashRings.of(type, List.of(only));
        assertThat(NAMES).allSatisfy(name -> assertThat(ring.owners(name)).containsExactly(only));
    }
}
