package org.buckytools.cli.cluster;

import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentException;

/** What is known of a node's daemon. */
public sealed interface NodeState {
    /** It answers and has the same ring as the first daemon. */
    record Agrees(RingDescription ring) implements NodeState {}

    /**
     * It answers with another ring.
     *
     * @param differences what differs, each as the end of a sentence that begins with the daemon
     */
    record Differs(RingDescription ring, List<String> differences) implements NodeState {
        public Differs {
            differences = List.copyOf(differences);
        }
    }

    /** It does not answer, or not as a daemon does. */
    record Down(AgentException reason) implements NodeState {}

    /** What it said of itself, unless it is down. */
    default Optional<RingDescription> description() {
        return switch (this) {
            case Agrees agrees -> Optional.of(agrees.ring());
            case Differs differs -> Optional.of(differs.ring());
            case Down down -> Optional.empty();
        };
    }
}
