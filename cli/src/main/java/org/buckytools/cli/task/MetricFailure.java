package org.buckytools.cli.task;

import static java.util.Objects.requireNonNull;

import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.client.AgentException;

/**
 * A metric with which something could not be done, while the work goes on.
 *
 * @param metric which
 * @param node where
 * @param reason why, as one line
 * @param nextStep what to do, a sentence
 */
public record MetricFailure(String metric, Node node, String reason, String nextStep) {
    public MetricFailure {
        requireNonNull(metric, "metric is null");
        requireNonNull(node, "node is null");
        requireNonNull(reason, "reason is null");
        requireNonNull(nextStep, "next step is null");
    }

    /** {@code operation} is what a token must allow for it. */
    static MetricFailure of(String metric, Node node, AgentException failure, String operation) {
        return new MetricFailure(
                metric,
                node,
                failure.getMessage(),
                AccessRefusal.isOne(failure) ? AccessRefusal.advice(operation) : "Look into the log of buckyd there.");
    }

    /** A daemon of Go lists whatever files it finds. */
    static MetricFailure unusableName(String metric, Node node) {
        return new MetricFailure(
                metric, node, "it is no name that a metric can have", "Rename or remove the file there.");
    }
}
