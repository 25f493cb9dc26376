package org.buckytools.hashring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A ring on which each member has 100 points. A name belongs to the first point at or after its own position, or to the very
 * first where there is none; its replicas to the members of the points that follow.
 */
final class PointRing extends MemberRing {
    static final int POINTS = 100;

    /** Those of {@code relay_ng_v2} wrap after 16 bits. */
    private static final int RELAY_NG_POSITIONS = 1 << 16;

    /** Ascending and without repetition. {@code long}, since points that move on can pass what a hash can reach. */
    private final long[] positions;

    private final int[] memberAt;
    private final int distinctMembers;
    private final Supplier<PositionHash> hash;
    private final boolean goFindsTheSameStore;

    private PointRing(
            RingType type,
            List<Member> members,
            int replicas,
            boolean diverseReplicas,
            List<RingPoint> points,
            Supplier<PositionHash> hash,
            boolean goFindsTheSameStore) {
        super(type, members, replicas, diverseReplicas);
        this.positions = points.stream().mapToLong(RingPoint::position).toArray();
        this.memberAt = points.stream().mapToInt(RingPoint::member).toArray();
        this.distinctMembers = (int) Arrays.stream(memberAt).distinct().count();
        this.hash = hash;
        this.goFindsTheSameStore = goFindsTheSameStore;
    }

    /** What is hashed for one of a member's points. */
    private interface MemberKey {
        String of(Member member, int point);
    }

    /** carbon-c-relay's {@code carbon_ch}. */
    static PointRing carbon(List<Member> members, int replicas) {
        Comparator<Member> order = byHost((left, right) -> compareInstances(relayInstance(left), relayInstance(right)));
        MemberKey key = (member, point) -> pythonTuple(member.host(), relayInstance(member)) + ":" + point;
        List<RingPoint> points = firstOfEachPosition(members, order, key, new PositionHash.Md5());
        boolean go = members.stream().allMatch(PointRing::relayKeepsInstance);
        return new PointRing(RingType.CARBON, members, replicas, false, points, PositionHash.Md5::new, go);
    }

    /** carbon-relay-ng's {@code consistentHashing}. */
    static PointRing relayNg(List<Member> members) {
        Comparator<Member> order = byHost((left, right) ->
                compareBytes(left.instance().orElse(""), right.instance().orElse("")));
        List<RingPoint> points = firstOfEachPosition(members, order, PointRing::pythonTuple, new PositionHash.Md5());
        return new PointRing(RingType.RELAY_NG, members, 1, false, points, PositionHash.Md5::new, false);
    }

    /** carbon-c-relay's {@code fnv1a_ch}. */
    static PointRing fnv1a(List<Member> members, int replicas) {
        Comparator<Member> order =
                byHost((left, right) -> Integer.compare(HashRings.relayPort(left), HashRings.relayPort(right)));
        MemberKey key = (member, point) ->
                point + "-" + relayInstance(member).orElseGet(() -> member.host() + ":" + HashRings.relayPort(member));
        List<RingPoint> points = firstOfEachPosition(members, order, key, new PositionHash.SignedFnv1aFolded());
        // Go hashes the 0 that stands for a missing port, the relay the port that it connects to.
        boolean go = members.stream()
                .allMatch(member -> member.instance().isPresent() ? relayKeepsInstance(member) : member.port() != 0);
        return new PointRing(RingType.FNV1A, members, replicas, false, points, PositionHash.SignedFnv1aFolded::new, go);
    }

    /** Python carbon from 1.0, with the hash that the type names. */
    static PointRing carbon1(RingType type, List<Member> members, int replicas, boolean diverseReplicas) {
        MemberKey key = PointRing::pythonTuple;
        Supplier<PositionHash> hash = PositionHash.Md5::new;
        if (type == RingType.CARBON1_FNV1A) {
            // The host counts for nothing, and the missing instance is Python's None, as text.
            key = (member, point) -> point + "-" + member.instance().orElse("None");
            hash = PositionHash.Fnv1aFolded::new;
        } else if (type == RingType.CARBON1_MMH3) {
            hash = PositionHash.SignedMurmur3::new;
        }
        PositionHash function = hash.get();
        Set<Long> taken = new HashSet<>();
        RingPoint[] points = new RingPoint[members.size() * POINTS];
        for (int i = 0; i < points.length; i++) {
            int member = i / POINTS;
            long position = position(function, key.of(members.get(member), i % POINTS));
            while (!taken.add(position)) {
                position++;
            }
            points[i] = new RingPoint(position, member);
        }
        return new PointRing(type, members, replicas, diverseReplicas, sorted(points), hash, false);
    }

    /**
     * carbon-relay-ng's {@code consistentHashing-v2}: positions taken by <em>earlier members</em> move on, in 16 bits; a member's
     * own points may coincide.
     */
    static PointRing relayNgV2(List<Member> members) {
        PositionHash function = new PositionHash.Md5();
        Set<Long> taken = new HashSet<>();
        Set<RingPoint> points = new HashSet<>();
        for (int member = 0; member < members.size(); member++) {
            if (taken.size() == RELAY_NG_POSITIONS) {
                // There carbon-relay-ng looks for a free one for ever.
                throw new IllegalArgumentException(
                        "a " + RingType.RELAY_NG_V2 + " ring has no position left for member " + members.get(member)
                                + " behind the first " + member);
            }
            Set<Long> own = new HashSet<>();
            for (int i = 0; i < POINTS; i++) {
                long position = position(function, pythonTuple(members.get(member), i));
                while (taken.contains(position)) {
                    position = (position + 1) % RELAY_NG_POSITIONS;
                }
                own.add(position);
                points.add(new RingPoint(position, member));
            }
            taken.addAll(own);
        }
        return new PointRing(
                RingType.RELAY_NG_V2,
                members,
                1,
                false,
                sorted(points.toArray(RingPoint[]::new)),
                PositionHash.Md5::new,
                false);
    }

    /**
     * Of the points on one position only the first in the order of members counts, for owners as well as for replicas. Members
     * that are equal in this order keep the order in which they were given.
     */
    private static List<RingPoint> firstOfEachPosition(
            List<Member> members, Comparator<Member> order, MemberKey key, PositionHash hash) {
        Set<Long> taken = new HashSet<>();
        RingPoint[] ordered = IntStream.range(0, members.size())
                .boxed()
                .sorted((left, right) -> order.compare(members.get(left), members.get(right)))
                .flatMap(member -> IntStream.range(0, POINTS)
                        .mapToObj(i -> new RingPoint(position(hash, key.of(members.get(member), i)), member)))
                .filter(point -> taken.add(point.position()))
                .toArray(RingPoint[]::new);
        return sorted(ordered);
    }

    private static List<RingPoint> sorted(RingPoint[] points) {
        Arrays.sort(points, (left, right) -> Long.compare(left.position(), right.position()));
        return List.of(points);
    }

    private static long position(PositionHash hash, String key) {
        byte[] bytes = key.getBytes(UTF_8);
        return hash.position(bytes, 0, bytes.length);
    }

    /** Carbon hashes the Python repr of the tuple, quotes and spaces included: ('host', 'a'):7. */
    private static String pythonTuple(Member member, int point) {
        return pythonTuple(member.host(), member.instance()) + ":" + point;
    }

    static String pythonTuple(String host, Optional<String> instance) {
        return "('" + host + "', " + instance.map(name -> "'" + name + "'").orElse("None") + ")";
    }

    private static Optional<String> relayInstance(Member member) {
        return member.instance().map(RelayInstance::read);
    }

    private static boolean relayKeepsInstance(Member member) {
        return relayInstance(member).equals(member.instance());
    }

    /**
     * By host, and among equal ones by {@code rest}. Written out, as what {@link Comparator} puts together takes milliseconds at its
     * first call, and every command makes a ring.
     */
    private static Comparator<Member> byHost(Comparator<Member> rest) {
        return (left, right) -> {
            int byHost = compareBytes(left.host(), right.host());
            return byHost == 0 ? rest.compare(left, right) : byHost;
        };
    }

    /** Those without an instance come last. */
    private static int compareInstances(Optional<String> left, Optional<String> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Boolean.compare(left.isEmpty(), right.isEmpty());
        }
        return compareBytes(left.get(), right.get());
    }

    /** C's {@code strcmp}, Go's {@code <}; unlike {@link String#compareTo} also right beyond the basic plane. */
    static int compareBytes(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));
    }

    @Override
    boolean goFindsTheSameStore() {
        return goFindsTheSameStore;
    }

    @Override
    public List<RingPoint> points() {
        return IntStream.range(0, positions.length)
                .mapToObj(i -> new RingPoint(positions[i], memberAt[i]))
                .toList();
    }

    @Override
    int mostOwners() {
        return Math.min(super.mostOwners(), distinctMembers);
    }

    @Override
    public RingLookup lookup() {
        return new Lookup(this, hash.get());
    }

    private static final class Lookup extends RingLookup {
        private final PointRing ring;
        private final PositionHash hash;

        Lookup(PointRing ring, PositionHash hash) {
            super(ring);
            this.ring = ring;
            this.hash = hash;
        }

        @Override
        int find(byte[] key, int from, int to, int count, int[] owners) {
            int points = ring.positions.length;
            int at = Arrays.binarySearch(ring.positions, hash.position(key, from, to));
            if (at < 0) {
                at = -at - 1 == points ? 0 : -at - 1;
            }
            owners[0] = ring.memberAt[at];
            int found = 1;
            // One round at most: with diverse replicas there may be fewer eligible members than wanted.
            for (int i = 1; i < points && found < count; i++) {
                at = at + 1 == points ? 0 : at + 1;
                int member = ring.memberAt[at];
                if (ring.isEligible(member, owners, found)) {
                    owners[found++] = member;
                }
            }
            return found;
        }
    }
}
