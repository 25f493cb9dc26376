package org.buckytools.cli.task;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.buckytools.cli.ExitCode;

/**
 * What is missing from a result.
 *
 * @param nodes daemons that did not do their part
 * @param nobodyAnswered whether these are all
 * @param metrics the first of those that failed
 * @param failed how many metrics failed, these among them
 * @param nowhere metrics that were named, and that no daemon has
 */
public record Shortfall(
        List<NodeFailure> nodes,
        boolean nobodyAnswered,
        List<MetricFailure> metrics,
        long failed,
        List<String> nowhere) {
    /** As many failures are told one by one. */
    static final int MOST_TOLD = 100;

    public Shortfall {
        nodes = List.copyOf(nodes);
        metrics = List.copyOf(metrics);
        nowhere = List.copyOf(nowhere);
    }

    /** What a command ends with after this. */
    public ExitCode exitCode() {
        if (nobodyAnswered) {
            return ExitCode.CLUSTER;
        }
        return nodes.isEmpty() && failed == 0 && nowhere.isEmpty() ? ExitCode.DONE : ExitCode.PARTLY;
    }

    /** Collects what is missing; safe for use by many threads. */
    static final class Builder {
        private final TreeMap<String, NodeFailure> nodes = new TreeMap<>();
        private final List<MetricFailure> metrics = new ArrayList<>();
        private long failed;

        synchronized void add(NodeFailure failure) {
            nodes.putIfAbsent(failure.node().toString(), failure);
        }

        synchronized void add(MetricFailure failure) {
            if (metrics.size() < MOST_TOLD) {
                metrics.add(failure);
            }
            failed++;
        }

        /** Failures of which nothing more is known. */
        synchronized void addUntold(long count) {
            failed += count;
        }

        synchronized Shortfall build(int asked, List<String> nowhere) {
            return new Shortfall(
                    List.copyOf(nodes.values()), !nodes.isEmpty() && nodes.size() == asked, metrics, failed, nowhere);
        }
    }
}
