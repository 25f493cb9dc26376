package org.buckytools.hashring;

import java.util.List;

/**
 * Where a relay sends each metric. Immutable and safe to share between threads. Made by {@link HashRings}.
 *
 * <p>The methods that take a name are convenient, for a handful of names; {@link #lookup} gives what millions need.
 */
public sealed interface HashRing permits MemberRing {
    RingType type();

    /** All members in the order given. Indexes that a {@link RingLookup} gives for members point into this list. */
    List<Member> members();

    /**
     * The distinct hosts of the members, in the order in which they first appear. Indexes that a {@link RingLookup} gives for
     * stores point into this list.
     */
    List<String> stores();

    /**
     * How many owners a metric has, at most the number of members; some metrics have fewer only where {@link #diverseReplicas}
     * finds no more hosts.
     */
    int replicas();

    /** Whether no two owners of a metric are on one host. */
    boolean diverseReplicas();

    /**
     * The first {@code count} owners that the ring has for this metric, whatever {@link #replicas} says; fewer where it has no
     * more.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    List<Member> owners(String metric, int count);

    /** The members that the metric is sent to, in the relay's order. */
    default List<Member> owners(String metric) {
        return owners(metric, replicas());
    }

    /** The distinct hosts among the {@link #owners(String) owners}, in that order. */
    List<String> stores(String metric);

    /** The points in ascending order, no two on one position; empty for a ring that has none. */
    default List<RingPoint> points() {
        return List.of();
    }

    /** A new cursor for many look-ups by one thread. Cheap. */
    RingLookup lookup();

    /**
     * What {@code Algo} of {@code /hashring} has to say: {@code carbon}, {@code fnv1a} or {@code jump_fnv1a} only where a client
     * of the Go tools, given these members, would put each metric on the very store where it is here, and else something that
     * makes it stop. So never with more than one replica, of which the Go client would delete all but one.
     *
     * <p>Tagged series are left out of account, as the Go tools misplace them on every ring, and so are names with bytes above 127,
     * which carbon-c-relay hashes differently.
     */
    String goAlgorithm();
}
