package org.buckytools.protocol;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.HashRings;
import org.buckytools.hashring.Member;
import org.buckytools.hashring.RingType;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

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
 * @param processors how many the daemon may use ({@code Processors}), so that a client asks for no more at once than keeps them
 *     busy; absent from a daemon that does not tell
 */
public record RingDescription(
        String name,
        List<Member> nodes,
        String algo,
        int replicas,
        Optional<String> ring,
        Optional<Boolean> diverseReplicas,
        int api,
        Optional<String> software,
        OptionalInt processors)
        implements JsonMessage {
    public RingDescription {
        nodes = List.copyOf(nodes);
    }

    /** Bounds what a ring from the network can make us hold. */
    public static final int MAX_NODES = 65_536;

    /**
     * The ring that is described.
     *
     * @throws IllegalArgumentException if there is no such ring; the message says why
     */
    public HashRing toHashRing() {
        return HashRings.of(type(), nodes, replicas, hasDiverseReplicas());
    }

    /**
     * The same with nothing left to be inferred, for a daemon that is asked to judge by it.
     *
     * @throws IllegalArgumentException if there is no such type of ring
     */
    public RingDescription explicit() {
        return new RingDescription(
                name,
                nodes,
                algo,
                replicas,
                Optional.of(type().wireName()),
                Optional.of(hasDiverseReplicas()),
                api,
                software,
                processors);
    }

    /** Whether replicas must be on different hosts, where the type of ring can see to that. */
    public boolean hasDiverseReplicas() {
        return diverseReplicas.orElse(true);
    }

    private RingType type() {
        if (ring.isPresent()) {
            return RingType.of(ring.get());
        }
        RingType type = RingType.of(algo);
        // The Go daemons sort instances as strings where the relay sorts them as numbers.
        return type == RingType.JUMP_FNV1A ? RingType.JUMP_STRING : type;
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("Name", name);
        json.writeName("Nodes");
        json.writeStartArray();
        for (Member node : nodes) {
            json.writeStartObject();
            json.writeStringProperty("Server", node.host());
            json.writeNumberProperty("Port", node.port());
            json.writeStringProperty("Instance", node.instance().orElse(""));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringProperty("Algo", algo);
        json.writeNumberProperty("Replicas", replicas);
        ring.ifPresent(type -> json.writeStringProperty("Ring", type));
        diverseReplicas.ifPresent(diverse -> json.writeBooleanProperty("DiverseReplicas", diverse));
        json.writeNumberProperty("Api", api);
        software.ifPresent(text -> json.writeStringProperty("Software", text));
        processors.ifPresent(count -> json.writeNumberProperty("Processors", count));
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} or a Go daemon writes. */
    public static RingDescription read(JsonInput input) throws IOException {
        String name = "";
        List<Member> nodes = null;
        String algo = null;
        int replicas = 1;
        Optional<String> ring = Optional.empty();
        Optional<Boolean> diverseReplicas = Optional.empty();
        int api = 1;
        Optional<String> software = Optional.empty();
        OptionalInt processors = OptionalInt.empty();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "Name" -> name = input.text();
                case "Nodes" -> nodes = input.isNull() ? List.of() : input.list(MAX_NODES, RingDescription::readMember);
                case "Algo" -> algo = input.text();
                case "Replicas" -> replicas = input.integer(0, MAX_NODES);
                case "Ring" -> ring = input.optionalText();
                case "DiverseReplicas" -> diverseReplicas = Optional.of(input.flag());
                case "Api" -> api = input.integer(1, Integer.MAX_VALUE);
                case "Software" -> software = input.optionalText();
                case "Processors" -> processors = OptionalInt.of(input.integer(1, Integer.MAX_VALUE));
                default -> input.skip();
            }
        }
        return new RingDescription(
                name,
                input.required(nodes, "Nodes"),
                input.required(algo, "Algo"),
                // The older Go daemons know no replicas; 0 is what a Go program makes of that.
                Math.max(1, replicas),
                ring,
                diverseReplicas,
                api,
                software,
                processors);
    }

    private static Member readMember(JsonInput input) throws MalformedMessageException {
        String server = null;
        int port = 0;
        Optional<String> instance = Optional.empty();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "Server" -> server = input.text();
                case "Port" -> port = input.integer(0, 65535);
                case "Instance" -> instance = input.optionalText();
                default -> input.skip();
            }
        }
        try {
            return new Member(input.required(server, "Server"), port, instance);
        } catch (IllegalArgumentException e) {
            throw input.problem(e.getMessage(), e);
        }
    }
}
