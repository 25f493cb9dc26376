package org.buckytools.hashring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes rings, and refuses those that the relay would not run with. */
public final class HashRings {
    /** What carbon-c-relay takes for a destination without a port. */
    private static final int RELAY_PORT = 2003;

    private HashRings() {}

    /**
     * A ring of one replica.
     *
     * @throws IllegalArgumentException as {@link #of(RingType, List, int, boolean)}
     */
    public static HashRing of(RingType type, List<Member> members) {
        return of(type, members, 1, true);
    }

    /**
     * A ring of these members, in this order, which matters on some.
     *
     * @param replicas how many owners each metric has. More than there are members are refused where the relay refuses them;
     *     Python carbon then sends each metric to every member.
     * @param diverseReplicas carbon's {@code DIVERSE_REPLICAS}: replicas of a metric on different hosts only. Without effect
     *     where the relay knows no such setting, see {@link RingType#canDiversifyReplicas}.
     * @throws IllegalArgumentException if there are no members, a member is there twice, or the relay could not place so many
     *     replicas or members
     */
    public static HashRing of(RingType type, List<Member> members, int replicas, boolean diverseReplicas) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a hash ring needs at least one member");
        }
        if (replicas < 1) {
            throw new IllegalArgumentException("a hash ring has at least 1 replica, not " + replicas);
        }
        refuseRepetitions(type, members);
        boolean diverse = diverseReplicas && type.canDiversifyReplicas();
        return switch (type) {
            case CARBON -> refuseTooManyReplicas(PointRing.carbon(members, replicas));
            case FNV1A -> refuseTooManyReplicas(PointRing.fnv1a(members, replicas));
            case JUMP_FNV1A -> refuseTooManyReplicas(JumpRing.relayOrder(members, replicas));
            case JUMP_STRING -> refuseTooManyReplicas(JumpRing.stringOrder(members, replicas));
            case CARBON1, CARBON1_FNV1A, CARBON1_MMH3 ->
                PointRing.carbon1(type, members, Math.min(replicas, members.size()), diverse);
            case CARBON1_FAST -> new FastRing(members, Math.min(replicas, members.size()), diverse);
            case RELAY_NG, RELAY_NG_V2 -> {
                refuseWhatRelayNgCannot(type, members, replicas);
                yield type == RingType.RELAY_NG ? PointRing.relayNg(members) : PointRing.relayNgV2(members);
            }
        };
    }

    static int relayPort(Member member) {
        return member.port() == 0 ? RELAY_PORT : member.port();
    }

    /**
     * Python carbon refuses two destinations that differ only in the port, as its ring could not tell them apart; carbon-c-relay
     * refuses only what is the same server.
     */
    private static void refuseRepetitions(RingType type, List<Member> members) {
        boolean portCounts = switch (type) {
            case CARBON, FNV1A, JUMP_FNV1A, JUMP_STRING -> true;
            case CARBON1, CARBON1_FNV1A, CARBON1_MMH3, CARBON1_FAST, RELAY_NG, RELAY_NG_V2 -> false;
        };
        Map<String, Member> seen = new HashMap<>();
        for (Member member : members) {
            // No part has a line break. A text, since a record's hash code takes 30 ms to be linked at the start of a
            // client.
            String identity = String.join(
                    "\n",
                    member.host(),
                    Integer.toString(portCounts ? relayPort(member) : 0),
                    member.instance().orElse(""));
            Member earlier = seen.putIfAbsent(identity, member);
            if (earlier == null) {
                continue;
            }
            if (earlier.equals(member)) {
                throw new IllegalArgumentException("member " + member + " is there twice");
            }
            String reason = portCounts ? RELAY_PORT + " is the port where none is given" : "ports do not count";
            throw new IllegalArgumentException(
                    "members " + earlier + " and " + member + " are the same on a " + type + " ring: " + reason);
        }
    }

    private static HashRing refuseTooManyReplicas(MemberRing ring) {
        int members = ring.members().size();
        if (ring.replicas() > members) {
            throw new IllegalArgumentException(ring.replicas() + " replicas on a ring of " + members
                    + (members == 1 ? " member" : " members") + "; carbon-c-relay refuses that");
        }
        // Members with the same key (on fnv1a: the same instance) have the same points, and the first takes them all.
        if (ring.replicas() > ring.mostOwners()) {
            throw new IllegalArgumentException(ring.replicas() + " replicas, but only " + ring.mostOwners() + " of the "
                    + members + " members get anything on this " + ring.type()
                    + " ring, as the others hash to the same points");
        }
        return ring;
    }

    private static void refuseWhatRelayNgCannot(RingType type, List<Member> members, int replicas) {
        if (replicas > 1) {
            throw new IllegalArgumentException(
                    "a " + type + " ring has 1 replica, not " + replicas + ": carbon-relay-ng has no replication");
        }
        for (Member member : members) {
            if (member.host().indexOf(':') >= 0) {
                throw new IllegalArgumentException("member " + member + ": a " + type
                        + " ring takes no IPv6 address, of which carbon-relay-ng hashes only what stands before the first"
                        + " colon");
            }
        }
    }
}
