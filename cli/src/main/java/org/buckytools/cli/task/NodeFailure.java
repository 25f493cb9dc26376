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
        return of(answer.node(), answer.failure().orElseThrow());
    }

    /** Says also what to do if it is about access. */
    static NodeFailure of(Node node, AgentException failure) {
        return new NodeFailure(
                node,
                AccessRefusal.isOne(failure)
                        ? failure.getMessage() + "; " + AccessRefusal.NEXT_STEP
                        : failure.getMessage());
    }
}
