package org.buckytools.hashring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

/** Lamping and Veach's jump hash over an ordered list of members. */
final class JumpRing extends MemberRing {
    /** Index of the member in each slot of the hash. */
    private final int[] slots;

    private JumpRing(RingType type, List<Member> members, int replicas, int[] slots) {
        super(type, members, replicas, false);
        this.slots = slots;
    }

    /** carbon-c-relay's {@code jump_fnv1a_ch}. */
    static JumpRing relayOrder(List<Member> members, int replicas) {
        return new JumpRing(RingType.JUMP_FNV1A, members, replicas, relaySlots(members));
    }

    /** The Go tools' {@code jump_fnv1a}. */
    static JumpRing stringOrder(List<Member> members, int replicas) {
        return new JumpRing(RingType.JUMP_STRING, members, replicas, goSlots(members));
    }

    private static int[] relaySlots(List<Member> members) {
        int[] slots = IntStream.range(0, members.size()).toArray();
        mergeSort(slots, 0, slots.length, (left, right) -> {
            Member a = members.get(left);
            Member b = members.get(right);
            if (a.instance().isEmpty() || b.instance().isEmpty()) {
                int both = Boolean.compare(a.instance().isEmpty(), b.instance().isEmpty());
                return both != 0 ? both : Integer.compare(left, right);
            }
            return RelayInstance.compare(
                    RelayInstance.read(a.instance().get()),
                    RelayInstance.read(b.instance().get()));
        });
        return slots;
    }

    /**
     * glibc's {@code qsort}, step by step: with an order that goes round in circles the result depends on the algorithm, and
     * {@link Arrays#sort} may throw. First half of n/2, the left one first when equal.
     */
    static void mergeSort(int[] values, int from, int to, IntBinaryOperator order) {
        if (to - from < 2) {
            return;
        }
        int middle = from + (to - from) / 2;
        mergeSort(values, from, middle, order);
        mergeSort(values, middle, to, order);
        int[] merged = new int[to - from];
        int left = from;
        int right = middle;
        for (int i = 0; i < merged.length; i++) {
            boolean takeLeft = right == to || (left < middle && order.applyAsInt(values[left], values[right]) <= 0);
            merged[i] = takeLeft ? values[left++] : values[right++];
        }
        System.arraycopy(merged, 0, values, from, merged.length);
    }

    /**
     * Go puts each member before the first one there whose instance is greater, and one without instance at the end. As a
     * missing instance is the empty string, those that have one may also come to stand behind it.
     */
    private static int[] goSlots(List<Member> members) {
        List<Integer> slots = new ArrayList<>();
        for (int member = 0; member < members.size(); member++) {
            String instance = members.get(member).instance().orElse("");
            int at = slots.size();
            if (!instance.isEmpty()) {
                at = 0;
                while (at < slots.size()
                        && PointRing.compareBytes(
                                        instance,
                                        members.get(slots.get(at)).instance().orElse(""))
                                >= 0) {
                    at++;
                }
            }
            slots.add(at, member);
        }
        return slots.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    boolean goFindsTheSameStore() {
        int[] go = goSlots(members());
        return IntStream.range(0, slots.length).allMatch(i -> storeOf(slots[i]) == storeOf(go[i]));
    }

    @Override
    public RingLookup lookup() {
        return new Lookup(this);
    }

    /** The slot of a key among {@code count}. */
    private static int jump(long key, int count) {
        long seed = key;
        long slot = -1;
        long next = 0;
        while (next < count) {
            slot = next;
            seed = seed * 2862933555777941757L + 1;
            next = (long) ((slot + 1) * ((double) (1L << 31) / (double) ((seed >>> 33) + 1)));
        }
        return (int) slot;
    }

    private static final class Lookup extends RingLookup {
        private final JumpRing ring;
        /** The slots that are left while replicas are picked. */
        private final int[] left;

        Lookup(JumpRing ring) {
            super(ring);
            this.ring = ring;
            this.left = new int[ring.slots.length];
        }

        @Override
        int find(byte[] key, int from, int to, int count, int[] owners) {
            long hash = ring.type() == RingType.JUMP_FNV1A
                    ? Fnv1a.signedHash64(key, from, to)
                    : Fnv1a.hash64(key, from, to);
            int size = ring.slots.length;
            if (count == 1) {
                owners[0] = ring.slots[jump(hash, size)];
                return 1;
            }
            System.arraycopy(ring.slots, 0, left, 0, size);
            int found = 0;
            while (found < count && size > 0) {
                int slot = jump(hash, size);
                owners[found++] = left[slot];
                left[slot] = left[--size];
                hash ^= hash >>> 12;
                hash ^= hash << 25;
                hash ^= hash >>> 27;
                hash *= 2685821657736338717L;
            }
            return found;
        }
    }
}
