package org.buckytools.hashring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What all rings share: members, their stores, and the look-ups for a handful of names. */
abstract sealed class MemberRing implements HashRing permits PointRing, JumpRing, FastRing {
    private final RingType type;
    private final List<Member> members;
    private final int replicas;
    private final boolean diverseReplicas;
    private final List<String> stores;
    private final int[] storeOfMember;

    MemberRing(RingType type, List<Member> members, int replicas, boolean diverseReplicas) {
        this.type = type;
        this.members = List.copyOf(members);
        this.replicas = replicas;
        this.diverseReplicas = diverseReplicas;
        this.stores = this.members.stream().map(Member::host).distinct().toList();
        this.storeOfMember = this.members.stream()
                .mapToInt(member -> stores.indexOf(member.host()))
                .toArray();
    }

    /** Whether Go, given these members in this order, would choose the store of the first owner for every name. */
    abstract boolean goFindsTheSameStore();

    final int storeOf(int member) {
        return storeOfMember[member];
    }

    /** Whether {@code candidate} may follow the first {@code count} owners. */
    final boolean isEligible(int candidate, int[] owners, int count) {
        for (int i = 0; i < count; i++) {
            if (owners[i] == candidate || (diverseReplicas && storeOfMember[owners[i]] == storeOfMember[candidate])) {
                return false;
            }
        }
        return true;
    }

    /** How many owners a metric can have, however many are wanted. */
    int mostOwners() {
        return diverseReplicas ? stores.size() : members.size();
    }

    @Override
    public abstract RingLookup lookup();

    @Override
    public final RingType type() {
        return type;
    }

    @Override
    public final List<Member> members() {
        return members;
    }

    @Override
    public final List<String> stores() {
        return stores;
    }

    @Override
    public final int replicas() {
        return replicas;
    }

    @Override
    public final boolean diverseReplicas() {
        return diverseReplicas;
    }

    @Override
    public final List<Member> owners(String metric, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("asked for " + count + " owners of '" + metric + "'");
        }
        int[] owners = new int[Math.min(count, mostOwners())];
        int found = lookup().owners(metric, owners.length, owners);
        List<Member> result = new ArrayList<>(found);
        for (int i = 0; i < found; i++) {
            result.add(members.get(owners[i]));
        }
        return List.copyOf(result);
    }

    @Override
    public final List<String> stores(String metric) {
        int[] found = new int[replicas];
        int count = lookup().stores(metric, found);
        return Arrays.stream(found, 0, count).mapToObj(stores::get).toList();
    }

    @Override
    public final String goAlgorithm() {
        if (replicas == 1 && goFindsTheSameStore()) {
            return type == RingType.JUMP_STRING ? RingType.JUMP_FNV1A.wireName() : type.wireName();
        }
        String name = switch (type) {
            case CARBON, FNV1A, JUMP_FNV1A -> type.wireName() + " as in carbon-c-relay";
            default -> type.wireName();
        };
        return replicas == 1 ? name : name + " with " + replicas + " replicas";
    }

    @Override
    public final String toString() {
        return type + " of " + members + ", " + replicas + (replicas == 1 ? " replica" : " replicas");
    }
}
