package org.buckytools.hashring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.buckytools.hashring.RandomRings.Sample;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the router of Python carbon's relay. Its Murmur hash is no Debian package: see the placement tables. */
@Tag("peer")
@Tag("slow")
class PythonCarbonPlacementIT {
    private static final String PYTHON = "/usr/bin/python3";
    private static final List<String> NAMES = RandomRings.names(10_000, true);

    /** Reads members up to an empty line, then names; writes the indexes of each name's owners, on diverse hosts and on any. */
    private static final String ROUTER = """
            import sys
            from types import SimpleNamespace
            from carbon.routers import ConsistentHashingRouter
            from carbon.util import parseDestination

            router = ConsistentHashingRouter(SimpleNamespace(
                REPLICATION_FACTOR=int(sys.argv[2]), DIVERSE_REPLICAS=True, ROUTER_HASH_TYPE=sys.argv[1]))
            lines = sys.stdin.read().split("\\n")
            end = lines.index("")
            members = [parseDestination(line) for line in lines[:end]]
            for member in members:
                router.addDestination(member)
            index = {member: str(i) for i, member in enumerate(members)}
            for router.diverse_replicas in True, False:
                for name in lines[end + 1:-1]:
                    print(",".join(index[member] for member in router.getDestinations(name)))
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsCarbon() throws InterruptedException {
        Peers.require(Peers.runs(PYTHON, "-c", "import carbon.routers"), "Python carbon");
    }

    static Stream<Arguments> rings() {
        return Stream.of(RingType.CARBON1, RingType.CARBON1_FNV1A)
                .flatMap(type -> RandomRings.samples().map(sample -> Arguments.of(type, sample)));
    }

    @ParameterizedTest
    @MethodSource("rings")
    void sendsEachOfTenThousandNamesToTheSameMembers(RingType type, Sample sample)
            throws IOException, InterruptedException {
        List<Member> members = members(sample);
        List<String> input = new ArrayList<>();
        for (Member member : members) {
            String instance = member.instance().map(name -> ":" + name).orElse("");
            input.add(member.bracketedHost() + ":" + HashRings.relayPort(member) + instance);
        }
        input.add("");
        input.addAll(NAMES);
        String hashType = type == RingType.CARBON1 ? "carbon_ch" : "fnv1a_ch";
        List<String> answer = Peers.ask(
                folder,
                input,
                List.of(PYTHON, "-X", "utf8", "-c", ROUTER, hashType, Integer.toString(sample.replicas())));
        assertThat(answer).hasSize(2 * NAMES.size());
        compare(HashRings.of(type, members, sample.replicas(), true), answer.subList(0, NAMES.size()));
        compare(HashRings.of(type, members, sample.replicas(), false), answer.subList(NAMES.size(), answer.size()));
    }

    private static void compare(HashRing ring, List<String> answer) {
        for (int i = 0; i < NAMES.size(); i++) {
            List<Member> expected = Arrays.stream(answer.get(i).split(","))
                    .map(index -> ring.members().get(Integer.parseInt(index)))
                    .toList();
            assertThat(ring.owners(NAMES.get(i))).as(NAMES.get(i)).isEqualTo(expected);
        }
    }

    /** Ports do not count here, so of members that differ in nothing else carbon takes one. */
    private static List<Member> members(Sample sample) {
        List<Member> members = new ArrayList<>();
        for (Member member : sample.members()) {
            if (members.stream()
                    .noneMatch(earlier -> earlier.host().equals(member.host())
                            && earlier.instance().equals(member.instance()))) {
                members.add(member);
            }
        }
        return members;
    }
}
