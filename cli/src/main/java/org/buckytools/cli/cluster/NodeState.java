package org.buckytools.cli.cluster;

import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.client.AgentException;

/** What is known of a node's daemon. */
public sealed interface NodeState {
    /** It answers and has the same ring as the first daemon. */
    record Agrees(RingDescription ring) implements NodeState {
        @Override
        public Optional<RingDescription> description() {
            return Optional.of(ring);
        }
    }

    /**
     * It answers with another ring.
     *
     * @param differences what differs, each as the end of a sentence that begins with the daemon
     */
    record Differs(RingDescription ring, List<String> differences) implements NodeState {
        public Differs {
            differences = List.copyOf(differences);
        }

        @Override
        public Optional<RingDescription> description() {
            return Optional.of(ring);
        }
    }

    /** It does not answer, or not as a daemon does. */
    record Down(AgentException reason) implements NodeState {
        @Override
        public Optional<RingDescription> description() {
            return Optional.empty();
        }
    }

    /** What it said of itself, unless it is down. */
    Optional<RingDescription> description();
}
