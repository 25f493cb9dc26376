package org.buckytools.cli.transfer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.cli.cluster.Node;
import org.buckytools.cli.output.Progress;

/** Counts what happens. Belongs to the thread that runs the engine. */
final class Tally implements TransferListener {
    /** Failures that are shown; the metric error file has them all. */
    private static final int FAILURES_KEPT = 20;

    private final boolean missingIsFine;
    private final long planned;
    private final Map<Pair, PairTally> pairs = new LinkedHashMap<>();
    private final Map<Node, NodeTally> nodes = new LinkedHashMap<>();
    private final AccessRefusal.Told refusals = new AccessRefusal.Told();
    private final List<TransferSummary.Failure> failures = new ArrayList<>();
    private long created;
    private long filled;
    private long unchanged;
    private long deleted;
    private long done;
    private long failed;
    private long notFound;
    private long copyErrors;
    private long deleteErrors;
    private long bytes;
    private long wireBytes;

    /** With what a record has by itself written out, as what a JVM makes for it takes milliseconds at its first call. */
    private record Pair(Node source, Node destination) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Pair pair && source.equals(pair.source) && destination.equals(pair.destination);
        }

        @Override
        public int hashCode() {
            return 31 * source.hashCode() + destination.hashCode();
        }
    }

    private static final class PairTally {
        private long planned;
        private long done;
        private long failed;
        private long bytes;
    }

    /** What concerns one node, as it is reported to Graphite. */
    static final class NodeTally {
        private long finished;
        private long copyErrors;
        private long deleteErrors;

        long finished() {
            return finished;
        }

        long copyErrors() {
            return copyErrors;
        }

        long deleteErrors() {
            return deleteErrors;
        }
    }

    Tally(Plan plan, boolean missingIsFine) {
        this.missingIsFine = missingIsFine;
        this.planned = plan.size();
        for (Plan.Group group : plan.groups()) {
            nodes.computeIfAbsent(group.source(), node -> new NodeTally());
            for (Node destination : group.destinations()) {
                nodes.computeIfAbsent(destination, node -> new NodeTally());
                pairs.computeIfAbsent(new Pair(group.source(), destination), pair -> new PairTally()).planned +=
                        group.items().size();
            }
        }
    }

    @Override
    public void on(TransferEvent event) {
        switch (event) {
            case TransferEvent.Copied copied -> {
                switch (copied.outcome()) {
                    case CREATED -> created++;
                    case FILLED -> filled++;
                    case UNCHANGED -> unchanged++;
                    case FAILED -> throw new IllegalArgumentException("a copy that failed is not copied");
                }
                PairTally pair = pairs.get(new Pair(copied.source(), copied.destination()));
                pair.done++;
                pair.bytes += copied.size();
                bytes += copied.size();
                wireBytes += copied.wireBytes();
                nodes.get(copied.source()).finished++;
                nodes.get(copied.destination()).finished++;
            }
            case TransferEvent.CopiedAgain again -> wireBytes += again.wireBytes();
            case TransferEvent.Done ended -> {
                done++;
                deleted += ended.deleted() ? 1 : 0;
            }
            case TransferEvent.Failed failure -> failed(failure);
            case TransferEvent.Postponed postponed -> {}
            case TransferEvent.Notice notice -> {}
        }
    }

    private void failed(TransferEvent.Failed failure) {
        Problem problem = failure.problem();
        Node source = failure.group().source();
        boolean isMissing = problem.kind() == Problem.Kind.NOT_FOUND;
        if (isMissing) {
            notFound++;
        }
        if (!failure.copied()) {
            for (Node destination : failure.group().destinations()) {
                pairs.get(new Pair(source, destination)).failed++;
            }
        }
        if (isMissing && missingIsFine) {
            done++;
            return;
        }
        failed++;
        NodeTally sourceTally = nodes.get(source);
        if (failure.copied()) {
            deleteErrors++;
            sourceTally.deleteErrors++;
        } else {
            copyErrors++;
            if (problem.kind().side() != Problem.Side.DESTINATION) {
                sourceTally.copyErrors++;
            }
            if (problem.kind().side() != Problem.Side.SOURCE) {
                nodes.get(failure.destination()).copyErrors++;
            }
        }
        Node where = problem.kind().side() == Problem.Side.DESTINATION ? failure.destination() : source;
        boolean isAlike = problem.kind().isForbidden() && !refusals.isFirst(problem.kind() + " " + where);
        if (!isAlike && failures.size() < FAILURES_KEPT) {
            failures.add(new TransferSummary.Failure(
                    failure.item().from().value(),
                    where.toString(),
                    problem.message(),
                    problem.kind().nextStep()));
        }
    }

    @Override
    public void pause() {}

    long planned() {
        return planned;
    }

    /** Metrics that have come to an end. */
    long finished() {
        return done + failed;
    }

    long notFound() {
        return notFound;
    }

    long copyErrors() {
        return copyErrors;
    }

    long deleteErrors() {
        return deleteErrors;
    }

    Map<Node, NodeTally> nodes() {
        return nodes;
    }

    Progress progress() {
        List<Progress.Pair> lines = new ArrayList<>();
        pairs.forEach((pair, tally) -> lines.add(new Progress.Pair(
                pair.source().toString(),
                pair.destination().toString(),
                tally.planned,
                tally.done,
                tally.failed,
                tally.bytes)));
        return new Progress(planned, done + failed, failed, bytes, lines);
    }

    TransferSummary summary(long left, Duration elapsed, boolean isStopped) {
        return new TransferSummary(
                planned,
                created,
                filled,
                unchanged,
                deleted,
                failed,
                notFound,
                left,
                bytes,
                wireBytes,
                elapsed,
                isStopped,
                failures,
                refusals.others());
    }
}
