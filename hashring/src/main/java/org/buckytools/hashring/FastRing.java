package org.buckytools.hashring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Python carbon's {@code fast-hashing}: members in the order of their own hashes, the name's hash modulo their number. */
final class FastRing extends MemberRing {
    private final int[] slots;

    FastRing(List<Member> members, int replicas, boolean diverseReplicas) {
        super(RingType.CARBON1_FAST, members, replicas, diverseReplicas);
        int[] hashes = members.stream().mapToInt(FastRing::hash).toArray();
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < hashes.length; i++) {
            if (!seen.add(hashes[i])) {
                // Python then orders them by the seed of the process, so two relays would disagree.
                throw new IllegalArgumentException("on a " + RingType.CARBON1_FAST + " ring member " + members.get(i)
                        + " has the same hash as another, and carbon leaves their order to chance");
            }
        }
        this.slots = IntStream.range(0, hashes.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> hashes[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int hash(Member member) {
        byte[] key = PointRing.pythonTuple(member.host(), member.instance()).getBytes(UTF_8);
        return Murmur3.hash32(key, 0, key.length);
    }

    @Override
    boolean goFindsTheSameStore() {
        return false;
    }

    @Override
    public RingLookup lookup() {
        return new Lookup(this);
    }

    private static final class Lookup extends RingLookup {
        private final FastRing ring;

        Lookup(FastRing ring) {
            super(ring);
            this.ring = ring;
        }

        @Override
        int find(byte[] key, int from, int to, int count, int[] owners) {
            int[] slots = ring.slots;
            // The hash is signed, and Python's remainder is never negative.
            int at = Math.floorMod(Murmur3.hash32(key, from, to), slots.length);
            int found = 0;
            for (int i = 0; i < slots.length && found < count; i++) {
                if (ring.isEligible(slots[at], owners, found)) {
                    owners[found++] = slots[at];
                }
                at = at + 1 == slots.length ? 0 : at + 1;
            }
            return found;
        }
    }
}
