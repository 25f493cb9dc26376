package org.buckytools.bench.data;

import java.util.List;
import java.util.Optional;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;

/** The cluster that everything is measured on: three nodes on loopback addresses. */
public final class Nodes {
    /** Loopback addresses like 127.0.0.1, which need no setting up. */
    public static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");

    /** The ring of all three. The type is one that all versions of the programs place metrics by alike. */
    public static final HashRing RING = HashRings.of(
            RingType.JUMP_FNV1A,
            List.of(
                    new Member(HOSTS.get(0), 2003, Optional.of("a")),
                    new Member(HOSTS.get(1), 2003, Optional.of("b")),
                    new Member(HOSTS.get(2), 2003, Optional.of("c"))));

    private Nodes() {}

    /** The index of the node that the ring gives a metric to. */
    public static int ownerOf(String metric) {
        return HOSTS.indexOf(RING.stores(metric).getFirst());
    }
}
