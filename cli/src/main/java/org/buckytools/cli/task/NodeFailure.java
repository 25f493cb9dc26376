package org.buckytools.cli.task;

import org.buckytools.cli.cluster.Answer;
import org.buckytools.cli.cluster.Node;

/**
 * A daemon that did not do its part, while the others did theirs.
 *
 * @param node which
 * @param message why, naming the daemon
 */
public record NodeFailure(Node node, String message) {
    static NodeFailure of(Answer<?> answer) {
        return new NodeFailure(answer.node(), answer.failure().orElseThrow().getMessage());
    }
}
