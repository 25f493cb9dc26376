package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.buckytools.hashring.RandomRings.Sample;
import org.buckytools.hashring.RandomRings.Style;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with {@code carbon-c-relay -t}, which says where it would send each line of its input. */
@Tag("peer")
class CarbonCRelayPlacementIT {
    private static final List<String> NAMES = RandomRings.names(10_000, false);
    private static final Map<RingType, String> CLUSTER_TYPES =
            Map.of(RingType.CARBON, "carbon_ch", RingType.FNV1A, "fnv1a_ch", RingType.JUMP_FNV1A, "jump_fnv1a_ch");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsTheRelay() throws InterruptedException {
        Peers.require(Peers.runs("carbon-c-relay", "-v"), "carbon-c-relay");
    }

    static Stream<Arguments> rings() {
        return Stream.of(RingType.CARBON, RingType.FNV1A, RingType.JUMP_FNV1A)
                .flatMap(type -> RandomRings.samples().map(sample -> Arguments.of(type, sample)));
    }

    @ParameterizedTest
    @MethodSource("rings")
    void sendsEachOfTenThousandNamesToTheSameMembers(RingType type, Sample sample)
            throws IOException, InterruptedException {
        HashRing ring = HashRings.of(type, sample.members(), sample.replicas(), true);
        assertThat(ours(ring, NAMES)).isEqualTo(relays(ring, NAMES));
    }

    /** Numbers, words and what is half of each, in many orders: the relay's comparison goes round in circles. */
    static Stream<Sample> circularRings() {
        return IntStream.range(0, 20)
                .mapToObj(seed -> new Sample(
                        Style.SOME_OF_EACH,
                        RandomRings.members(Style.SOME_OF_EACH, 3 + seed * 3, new Random(seed)),
                        3));
    }

    @ParameterizedTest
    @MethodSource("circularRings")
    void ordersInstancesOfEveryKindAlike(Sample sample) throws IOException, InterruptedException {
        HashRing ring = HashRings.of(RingType.JUMP_FNV1A, sample.members(), sample.replicas(), true);
        List<String> names = NAMES.subList(0, 1000);
        assertThat(ours(ring, names)).isEqualTo(relays(ring, names));
    }

    private static Map<String, List<Member>> ours(HashRing ring, List<String> names) {
        return names.stream().collect(Collectors.toMap(name -> name, ring::owners, (a, b) -> a, LinkedHashMap::new));
    }

    private Map<String, List<Member>> relays(HashRing ring, List<String> names)
            throws IOException, InterruptedException {
        String clusterType = CLUSTER_TYPES.get(ring.type());
        String members = ring.members().stream().map(Member::toString).collect(Collectors.joining("\n    "));
        Path configuration = Files.writeString(
                folder.resolve("relay.conf"),
                "cluster c\n  %s replication %d\n    %s\n  ;\nmatch * send to c stop;\n"
                        .formatted(clusterType, ring.replicas(), members));
        List<String> answer = Peers.ask(
                folder,
                names.stream().map(name -> name + " 1 1").toList(),
                List.of("carbon-c-relay", "-f", configuration.toString(), "-t"));

        Map<String, Member> byAddress = new HashMap<>();
        for (Member member : ring.members()) {
            byAddress.put(member.bracketedHost() + ":" + HashRings.relayPort(member), member);
        }
        // match
        //     * -> NAME
        //     carbon_ch(c)
        //         HOST:PORT, once for each replica, without the instance
        //     stop
        Map<String, List<Member>> owners = new LinkedHashMap<>();
        for (int i = 0; i < answer.size(); i++) {
            if (!answer.get(i).startsWith("    * -> ")) {
                continue;
            }
            String name = answer.get(i).substring("    * -> ".length());
            assertThat(answer.get(++i)).isEqualTo("    " + clusterType + "(c)");
            List<Member> found = new ArrayList<>();
            while (answer.get(i + 1).startsWith("        ")) {
                found.add(byAddress.get(answer.get(++i).strip()));
            }
            owners.put(name, found);
        }
        return owners;
    }
}
