package org.buckytools.cli.cluster;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;

/** Finds clusters. */
public final class Clusters {
    private final AgentClients.Factory factory;

    /** Clusters whose daemons are asked with these clients. */
    public Clusters(AgentClients.Factory factory) {
        this.factory = requireNonNull(factory, "factory is null");
    }

    /**
     * Asks the first daemon for the ring and, unless it is to work alone, each host of that ring for its own.
     *
     * @return the caller closes it; it may be unhealthy
     * @throws UserFacingException if the first daemon does not answer, or with a ring that is none
     */
    public Cluster connect(ClusterSettings settings) throws UserFacingException, InterruptedException {
        return connect(settings, "-h");
    }

    /** As {@link #connect(ClusterSettings)}, for a cluster whose first daemon is named by this option. */
    public Cluster connect(ClusterSettings settings, String option) throws UserFacingException, InterruptedException {
        AgentClients clients = factory.create(settings);
        try {
            return discover(settings, clients, option);
        } catch (UserFacingException | InterruptedException | RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    private static Cluster discover(ClusterSettings settings, AgentClients clients, String option)
            throws UserFacingException, InterruptedException {
        DaemonAddress address = settings.first();
        AgentClient first = clients.open(address);
        RingDescription description = ringOf(first, settings, option);
        HashRing ring = makeRing(address, description);
        if (settings.single()) {
            String host = ring.stores().contains(description.name()) ? description.name() : address.host();
            Node node = new Node(host, address, first, new NodeState.Agrees(description));
            return new Cluster(settings, clients, description, ring, List.of(node));
        }
        List<Callable<Node>> requests = new ArrayList<>();
        for (String host : ring.stores()) {
            if (host.equals(address.host())) {
                requests.add(() -> node(first, address, description, description));
            } else {
                AgentClient client = clients.open(new DaemonAddress(host, address.port()));
                requests.add(() -> node(client, address, description));
            }
        }
        List<Node> nodes = withoutDoubles(FanOut.run(requests, settings.workers()));
        return new Cluster(settings, clients, description, ring, nodes);
    }

    private static Node node(AgentClient client, DaemonAddress first, RingDescription description) {
        try {
            return node(client, first, description, client.ring());
        } catch (AgentException e) {
            return new Node(client.address().host(), client.address(), client, new NodeState.Down(e));
        }
    }

    private static Node node(
            AgentClient client, DaemonAddress first, RingDescription description, RingDescription theirs) {
        String host = client.address().host();
        List<String> differences = new ArrayList<>(Rings.differences(description, first.toString(), theirs));
        boolean answersForAnother = !theirs.name().equals(host)
                && description.nodes().stream().anyMatch(member -> member.host().equals(theirs.name()));
        if (answersForAnother) {
            differences.add("says that it is the ring member " + theirs.name());
        }
        NodeState state =
                differences.isEmpty() ? new NodeState.Agrees(theirs) : new NodeState.Differs(theirs, differences);
        return new Node(host, client.address(), client, state);
    }

    /** One daemon that is reached under two hosts would be asked to move metrics to itself. */
    private static List<Node> withoutDoubles(List<Node> nodes) {
        Map<String, Node> byName = new HashMap<>();
        List<Node> checked = new ArrayList<>();
        for (Node node : nodes) {
            Optional<RingDescription> theirs = node.state().description();
            Node other =
                    theirs.map(ring -> byName.putIfAbsent(ring.name(), node)).orElse(null);
            if (other == null) {
                checked.add(node);
                continue;
            }
            List<String> differences = new ArrayList<>();
            if (node.state() instanceof NodeState.Differs differs) {
                differences.addAll(differs.differences());
            }
            differences.add("says that it is the node " + theirs.orElseThrow().name() + ", as " + other.address()
                    + " does; each buckyd needs its own --node");
            checked.add(new Node(
                    node.host(),
                    node.address(),
                    node.client(),
                    new NodeState.Differs(theirs.orElseThrow(), differences)));
        }
        return checked;
    }

    private static RingDescription ringOf(AgentClient first, ClusterSettings settings, String option)
            throws UserFacingException {
        try {
            return first.ring();
        } catch (AgentException e) {
            throw new UserFacingException(
                    ExitCode.CLUSTER,
                    e.getMessage(),
                    List.of("Nothing was changed. It is the first daemon to ask, so the ring is not known."),
                    "Start buckyd on " + settings.first().host() + ", or name another daemon with " + option
                            + " HOST:PORT.",
                    e);
        }
    }

    private static HashRing makeRing(DaemonAddress address, RingDescription description) throws UserFacingException {
        try {
            return description.toHashRing();
        } catch (IllegalArgumentException e) {
            throw new UserFacingException(
                    ExitCode.CLUSTER,
                    "the ring of " + address + " cannot be used: " + e.getMessage(),
                    List.of("Nothing was changed."),
                    "Correct the members or the --hash that buckyd is started with there.",
                    e);
        }
    }
}
