package org.buckytools.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.buckytools.cli.ExitCode;
import org.buckytools.cli.UserFacingException;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;

/** The daemons of one ring, as they were when they were asked for it. Closing it closes all clients. */
public final class Cluster implements AutoCloseable {
    private final ClusterSettings settings;
    private final AgentClients clients;
    private final RingDescription description;
    private final HashRing ring;
    private final List<Node> nodes;
    private final List<AgentClient> opened = new ArrayList<>();

    Cluster(
            ClusterSettings settings,
            AgentClients clients,
            RingDescription description,
            HashRing ring,
            List<Node> nodes) {
        this.settings = settings;
        this.clients = clients;
        this.description = description;
        this.ring = ring;
        this.nodes = List.copyOf(nodes);
        nodes.forEach(node -> opened.add(node.client()));
    }

    /** What it was found with. */
    public ClusterSettings settings() {
        return settings;
    }

    /** What the first daemon said, with nothing left to be inferred. */
    public RingDescription description() {
        return description.explicit();
    }

    /** The ring's type by its name, as the first daemon gives it. */
    public String ringName() {
        return Rings.nameOf(description);
    }

    /** The ring of the first daemon. */
    public HashRing ring() {
        return ring;
    }

    /** Each host of the ring, in ring order; with {@code --single} the one daemon. */
    public List<Node> nodes() {
        return nodes;
    }

    /** Those that answered. */
    public List<Node> upNodes() {
        return nodes.stream().filter(Node::isUp).toList();
    }

    /** Whether all daemons answered, and with the same ring. */
    public boolean isHealthy() {
        return nodes.stream().allMatch(node -> node.state() instanceof NodeState.Agrees);
    }

    /** Whether daemons disagree on the ring, so that nobody can say where a metric belongs. */
    public boolean isInconsistent() {
        return nodes.stream().anyMatch(node -> node.state() instanceof NodeState.Differs);
    }

    /** What is wrong, one line for each thing, naming its daemon; empty if the cluster is healthy. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Node node : nodes) {
            switch (node.state()) {
                case NodeState.Agrees agrees -> {}
                case NodeState.Differs differs ->
                    differs.differences().forEach(difference -> problems.add(node.address() + " " + difference));
                case NodeState.Down down -> problems.add(down.reason().getMessage());
            }
        }
        return problems;
    }

    /** For work that changes something: ends it here unless all daemons are up and agree. */
    public void requireHealthy() throws UserFacingException {
        if (!isHealthy()) {
            throw unhealthy();
        }
    }

    /** For work that needs the ring but can do without some of the daemons. */
    public void requireConsistent() throws UserFacingException {
        if (isInconsistent()) {
            throw unhealthy();
        }
    }

    private UserFacingException unhealthy() {
        List<String> problems = problems();
        List<String> details = new ArrayList<>(problems.subList(1, problems.size()));
        long agreeing = nodes.stream()
                .filter(node -> node.state() instanceof NodeState.Agrees)
                .count();
        details.add("Nothing was changed. " + agreeing + " of " + nodes.size() + " nodes agree on the ring.");
        return new UserFacingException(ExitCode.CLUSTER, problems.getFirst(), details, nextStep());
    }

    private String nextStep() {
        if (isInconsistent()) {
            return "Start every buckyd with the same members in the same order, and the same --hash and --replicas.";
        }
        List<String> down =
                nodes.stream().filter(node -> !node.isUp()).map(Node::host).toList();
        return "Start buckyd on " + String.join(", ", down) + ", or run with -s to work on a single node.";
    }

    /**
     * The daemon of a host of the ring that is not among {@link #nodes} because this cluster is one node alone.
     *
     * @throws UserFacingException if it does not answer
     */
    public Node member(String host) throws UserFacingException {
        return another(host, new DaemonAddress(host, settings.first().port()), "run without -s when it is up again");
    }

    /**
     * A daemon that is not in the ring, to be emptied. Nothing belongs on it.
     *
     * @throws UserFacingException if it does not answer, or is a member of the ring under another address
     */
    public Node outsider(DaemonAddress address) throws UserFacingException {
        // With the port it is no host that a ring can have.
        return another(address.toString(), address, "leave it out");
    }

    private Node another(String host, DaemonAddress address, String otherwise) throws UserFacingException {
        AgentClient client = clients.open(address);
        opened.add(client);
        RingDescription theirs;
        try {
            theirs = client.ring();
        } catch (AgentException e) {
            throw new UserFacingException(
                    ExitCode.CLUSTER,
                    e.getMessage(),
                    List.of("Nothing was changed."),
                    "Start buckyd on " + address.host() + ", or " + otherwise + ".",
                    e);
        }
        for (Node node : nodes) {
            Optional<RingDescription> ours = node.state().description();
            if (!node.host().equals(host)
                    && ours.isPresent()
                    && ours.get().name().equals(theirs.name())) {
                // To move a metric from a daemon to itself and then to delete it there would lose it.
                throw new UserFacingException(
                        ExitCode.CLUSTER,
                        address + " and " + node.address() + " both say that they are the node " + theirs.name(),
                        List.of("Nothing was changed. If they are one daemon, it must not be named twice."),
                        "If they are two, start each buckyd with its own --node.");
            }
        }
        return new Node(host, address, client, new NodeState.Agrees(theirs));
    }

    /** Asks these nodes at once; the answers come in the same order. */
    public <T> List<Answer<T>> ask(List<Node> asked, NodeRequest<T> request) throws InterruptedException {
        List<Callable<Answer<T>>> requests = new ArrayList<>();
        for (Node node : asked) {
            requests.add(() -> {
                try {
                    return Answer.of(node, request.send(node));
                } catch (AgentException e) {
                    return Answer.failed(node, e);
                }
            });
        }
        return FanOut.run(requests, settings.workers());
    }

    /** A request to a node. */
    @FunctionalInterface
    public interface NodeRequest<T> {
        /** Asks it; called on a thread of its own. */
        T send(Node node) throws AgentException;
    }

    @Override
    public void close() {
        opened.forEach(AgentClient::close);
        clients.close();
    }
}
