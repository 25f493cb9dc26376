package org.buckytools.protocol;

import java.util.List;
import java.util.Optional;
import org.buckytools.hashring.Member;

/**
 * The answer to {@code GET /hashring}. The first four fields are version 1's {@code Name}, {@code Nodes}, {@code Algo} and
 * {@code Replicas}; the others are ours, and a Go client ignores them.
 *
 * @param name this daemon's node name in the ring
 * @param nodes the members in the order of the daemon's command line
 * @param algo what a Go client is told: one of its own names only if it would compute the same placement
 * @param replicas owners of each metric
 * @param ring the exact ring type by the name it has here ({@code Ring}); absent from a Go daemon, whose {@code algo} is then
 *     the type (with {@code jump_fnv1a} meaning {@code jump_string}, the order in which Go sorts)
 * @param diverseReplicas whether replicas must be on different hosts ({@code DiverseReplicas}); absent from a Go daemon
 * @param api the highest protocol version the daemon speaks ({@code Api}): 1 where the field is absent
 * @param software the daemon's name and version ({@code Software}), for people
 */
public record RingDescription(
        String name,
        List<Member> nodes,
        String algo,
        int replicas,
        Optional<String> ring,
        Optional<Boolean> diverseReplicas,
        int api,
        Optional<String> software) {
    public RingDescription {
        nodes = List.copyOf(nodes);
    }
}
