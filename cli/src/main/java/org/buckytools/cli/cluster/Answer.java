package org.buckytools.cli.cluster;

import java.util.Optional;
import org.buckytools.protocol.client.AgentException;

/**
 * What one node answered.
 *
 * @param node that was asked
 * @param value empty exactly if it failed
 * @param failure why there is no value
 */
public record Answer<T>(Node node, Optional<T> value, Optional<AgentException> failure) {
    static <T> Answer<T> of(Node node, T value) {
        return new Answer<>(node, Optional.of(value), Optional.empty());
    }

    static <T> Answer<T> failed(Node node, AgentException failure) {
        return new Answer<>(node, Optional.empty(), Optional.of(failure));
    }
}
