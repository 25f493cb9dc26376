package org.buckytools.cli.archive;

import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.PullResult;

/**
 * A metric on its way from an archive to its owners. What its owners say comes on several threads; the last one of them ends it.
 */
final class Restored {
    private final MetricStat stat;
    private final Content content;
    private final int owners;

    // Guarded by this.
    private final List<String> failures = new ArrayList<>();
    private final List<Node> refusing = new ArrayList<>();
    private int answers;
    private PullResult.Outcome outcome = PullResult.Outcome.UNCHANGED;
    private long leftBehind;

    Restored(MetricStat stat, Content content, int owners) {
        this.stat = stat;
        this.content = content;
        this.owners = owners;
    }

    MetricName metric() {
        return stat.name();
    }

    /** Size, mode and time. */
    MetricStat stat() {
        return stat;
    }

    Content content() {
        return content;
    }

    /** An owner has it; true if that was the last answer. */
    boolean stored(PullResult.Outcome there, long withoutPlace) {
        synchronized (this) {
            // New on one of its owners is what there is to be said of it.
            outcome = there.compareTo(outcome) < 0 ? there : outcome;
            leftBehind += withoutPlace;
        }
        return answered();
    }

    /** An owner will not get it; true if that was the last answer. */
    boolean failed(Node node, String reason) {
        synchronized (this) {
            failures.add(node + ": " + reason);
        }
        return answered();
    }

    /** An owner does not take it from this caller; true if that was the last answer. */
    boolean refused(Node node, String reason) {
        synchronized (this) {
            refusing.add(node);
        }
        return failed(node, reason);
    }

    private boolean answered() {
        content.close();
        synchronized (this) {
            answers++;
            return answers == owners;
        }
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** Owners that did not take it from this caller, if nothing else went wrong; else none. */
    synchronized List<Node> refusing() {
        return refusing.size() == failures.size() ? List.copyOf(refusing) : List.of();
    }

    synchronized PullResult.Outcome outcome() {
        return outcome;
    }

    /** Points that found no place. */
    synchronized long leftBehind() {
        return leftBehind;
    }
}
