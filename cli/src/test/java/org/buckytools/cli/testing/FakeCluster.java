package org.buckytools.cli.testing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.buckytools.cli.cluster.AgentClients;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentClient;

/** Daemons in memory that can reach each other; on port 4242. */
public final class FakeCluster implements AgentClients.Factory {
    private final Map<DaemonAddress, FakeAgent> agents = new LinkedHashMap<>();
    private final HashRing ring;
    private final List<Member> members;
    private final AtomicLong now = new AtomicLong(1_000_000_000);

    /** A ring of these members, each with a daemon of version 2. */
    public FakeCluster(int replicas, String... members) {
        this.members = List.of(members).stream().map(Member::parse).toList();
        this.ring = HashRings.of(RingType.CARBON, this.members, replicas, true);
        for (String host : ring.stores()) {
            add(host, description(host));
        }
    }

    /** Three daemons a, b and c without replicas. */
    public static FakeCluster ofThree() {
        return new FakeCluster(1, "a", "b", "c");
    }

    /** The ring as the daemon of this host describes it. */
    public RingDescription description(String host) {
        return new RingDescription(
                host,
                members,
                ring.goAlgorithm(),
                ring.replicas(),
                Optional.of(ring.type().wireName()),
                Optional.of(ring.diverseReplicas()),
                2,
                Optional.of("buckyd-java test"),
                OptionalInt.empty());
    }

    /** The same as a Go daemon describes it. */
    public RingDescription goDescription(String host) {
        return new RingDescription(
                host,
                members,
                "carbon",
                ring.replicas(),
                Optional.empty(),
                Optional.empty(),
                1,
                Optional.empty(),
                OptionalInt.empty());
    }

    /** Puts a daemon there, in place of one that was there. */
    public FakeAgent add(String host, RingDescription description) {
        DaemonAddress address = DaemonAddress.parse(host, DaemonAddress.DEFAULT_PORT);
        FakeAgent agent = new FakeAgent(this, address, description);
        agents.put(address, agent);
        return agent;
    }

    /** The daemon of this host. */
    public FakeAgent agent(String host) {
        return at(DaemonAddress.parse(host, DaemonAddress.DEFAULT_PORT));
    }

    FakeAgent at(DaemonAddress address) {
        FakeAgent agent = agents.get(address);
        if (agent == null) {
            throw new IllegalArgumentException("no daemon at " + address);
        }
        return agent;
    }

    /** Lets the daemons of both clusters be reached from each other; their hosts must differ. */
    public FakeCluster beside(FakeCluster other) {
        agents.putAll(other.agents);
        other.agents.putAll(agents);
        return this;
    }

    /** The ring by which daemons judge. */
    public HashRing ring() {
        return ring;
    }

    /** The clock of the daemons, Unix seconds. */
    public long now() {
        return now.get();
    }

    /** The same as a clock. */
    public InstantSource clock() {
        return () -> Instant.ofEpochSecond(now());
    }

    /** Lets time pass for the daemons. */
    public void pass(long seconds) {
        now.addAndGet(seconds);
    }

    @Override
    public AgentClients create(ClusterSettings settings) {
        return new AgentClients() {
            @Override
            public AgentClient open(DaemonAddress address) {
                return agents.containsKey(address)
                        ? agents.get(address)
                        : new FakeAgent(FakeCluster.this, address, description(address.host())).down(true);
            }

            @Override
            public void close() {}
        };
    }
}
