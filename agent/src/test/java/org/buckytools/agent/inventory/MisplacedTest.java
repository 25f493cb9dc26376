package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.names.TaggedSeries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MisplacedTest {
    private static final List<Member> MEMBERS = List.of(
            new Member("one", 2003, Optional.of("a")),
            new Member("two", 2003, Optional.of("b")),
            new Member("two", 2003, Optional.of("c")),
            new Member("three", 2003, Optional.of("d")));

    private static InventorySnapshot snapshot(List<String> names) {
        NameList.Builder builder = NameList.builder();
        names.forEach(builder::add);
        return new InventorySnapshot(builder.build(), Changes.NONE);
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            names.add(String.format("servers.web%04d.cpu", i));
        }
        return names;
    }

    private record Found(String name, List<String> owners) {}

    private static Misplaced.Counts find(
            InventorySnapshot snapshot, HashRing ring, String host, NameFilter filter, List<Found> into)
            throws IOException {
        return Misplaced.find(
                snapshot,
                ring,
                host,
                filter,
                (name, length, owners) -> into.add(new Found(new String(name, 0, length, UTF_8), owners)));
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON", "CARBON1", "FNV1A", "JUMP_FNV1A", "CARBON1_MMH3", "CARBON1_FAST"})
    void findsInOrderWhatTheRingPutsElsewhere(RingType type) throws IOException {
        for (int replicas = 1; replicas <= 2; replicas++) {
            HashRing ring = HashRings.of(type, MEMBERS, replicas, true);
            List<Found> expected = names().stream()
                    .filter(name -> !ring.stores(name).contains("two"))
                    .map(name -> new Found(name, ring.stores(name)))
                    .toList();
            List<Found> found = new ArrayList<>();
            Misplaced.Counts counts = find(snapshot(names()), ring, "two", NameFilter.ALL, found);
            assertThat(found).isNotEmpty().isEqualTo(expected);
            assertThat(counts).isEqualTo(new Misplaced.Counts(names().size() - found.size(), found.size(), 0));
        }
    }

    @Test
    void theSameOwnersAreTheSameList() throws IOException {
        HashRing ring = HashRings.of(RingType.CARBON1, MEMBERS, 2, true);
        List<Found> found = new ArrayList<>();
        find(snapshot(names()), ring, "none of them", NameFilter.ALL, found);
        assertThat(found).hasSize(2_000);
        Map<List<String>, List<String>> first = new HashMap<>();
        IdentityHashMap<List<String>, Boolean> identities = new IdentityHashMap<>();
        for (Found metric : found) {
            first.putIfAbsent(metric.owners(), metric.owners());
            identities.put(metric.owners(), true);
        }
        assertThat(identities).hasSameSizeAs(first);
    }

    @Test
    void nothingBelongsToAHostThatIsNotInTheRing() throws IOException {
        HashRing ring = HashRings.of(RingType.CARBON, MEMBERS);
        assertThat(find(snapshot(names()), ring, "One", NameFilter.ALL, new ArrayList<>()))
                .isEqualTo(new Misplaced.Counts(0, 2_000, 0));
    }

    @ParameterizedTest
    @EnumSource(names = {"CARBON", "CARBON1"})
    void placesTaggedSeriesByWhatTheRelayHashedAndLeavesOutThoseItCannotReadBack(RingType type) throws IOException {
        HashRing ring = HashRings.of(type, MEMBERS);
        List<String> names = new ArrayList<>();
        Map<String, String> series = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            String tagged = "disk.used;host=web" + i;
            String stored = TaggedSeries.storedName(tagged).value();
            series.put(stored, tagged);
            names.add(stored);
            names.add(TaggedSeries.hashedName(tagged).value());
        }
        List<Found> found = new ArrayList<>();
        Misplaced.Counts counts = find(snapshot(names), ring, "one", NameFilter.ALL, found);
        assertThat(counts.unplaceable()).isEqualTo(200);
        assertThat(counts.placed() + counts.misplaced()).isEqualTo(200);
        assertThat(found)
                .allSatisfy(metric -> assertThat(metric.owners())
                        .isEqualTo(ring.stores(series.get(metric.name())))
                        .doesNotContain("one"));
    }

    @Test
    void looksOnlyAtWhatTheFilterLetsPass() throws IOException {
        HashRing ring = HashRings.of(RingType.FNV1A, MEMBERS);
        NameFilter filter =
                NameFilter.of(Optional.of("^servers\\.web00"), Optional.empty()).except(List.of("servers.web000"));
        Misplaced.Counts counts = find(snapshot(names()), ring, "elsewhere", filter, new ArrayList<>());
        assertThat(counts).isEqualTo(new Misplaced.Counts(0, 90, 0));
    }
}
