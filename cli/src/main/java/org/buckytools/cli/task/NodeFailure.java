package org.buckytools.cli.task;

import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Answer;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.client.AgentException;

/**
 * A daemon that did not do its part, while the others did theirs.
 *
 * @param node which
 * @param message why, naming the daemon
 */
public record NodeFailure(Node node, String message) {
    static NodeFailure of(Answer<?> answer) {
        AgentException failure = answer.failure().orElseThrow();
        return new NodeFailure(
                answer.node(),
                AccessRefusal.isOne(failure)
                        ? failure.getMessage() + "; " + AccessRefusal.NEXT_STEP
                        : failure.getMessage());
    }
}
