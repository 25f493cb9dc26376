package org.buckytools.cli.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.cluster.AccessRefusal;
import org.buckytools.protocol.transfer.PointCounts;

/** Counts what becomes of files, and hands each on, one at a time. Safe for use by many threads. */
public final class ModifyTally {
    /** A disk that fails would otherwise make a line a metric. */
    private static final int MOST_FAILURES = 100;

    private final boolean dryRun;
    private final Listener listener;

    // All guarded by this.
    private long changed;
    private long unchanged;
    private long failed;
    private PointCounts points = PointCounts.NONE;
    private long lossy;
    private long sizeBefore;
    private long sizeAfter;
    private final List<ModifySummary.Failure> failures = new ArrayList<>();
    private final AccessRefusal.Told refusals = new AccessRefusal.Told();
    private final List<ModifySummary.Rest> rests = new ArrayList<>();
    private Optional<String> next = Optional.empty();
    private IOException broken;

    /** Is told of each as it happens. */
    public interface Listener {
        /** One that is, or was already, as wanted. */
        void done(Modified item) throws IOException;

        /** One of the first that could not be changed. */
        void failed(ModifySummary.Failure failure);
    }

    /** A count of nothing. */
    public ModifyTally(boolean dryRun, Listener listener) {
        this.dryRun = dryRun;
        this.listener = listener;
    }

    /** Counts one that succeeded. */
    public synchronized void done(Modified item) {
        changed += item.changed() ? 1 : 0;
        unchanged += item.changed() ? 0 : 1;
        points = points.plus(item.points());
        lossy += item.points().lost() > 0 ? 1 : 0;
        sizeBefore += item.sizeBefore();
        sizeAfter += item.sizeAfter();
        if (broken == null) {
            try {
                listener.done(item);
            } catch (IOException e) {
                broken = e;
            }
        }
    }

    /** Counts one that failed; {@code node} is empty on this machine. */
    public synchronized void failed(String node, String name, String reason) {
        failed++;
        if (failures.size() < MOST_FAILURES) {
            ModifySummary.Failure failure = new ModifySummary.Failure(node, name, reason);
            failures.add(failure);
            listener.failed(failure);
        }
    }

    /** Counts one that the caller's token does not allow; the first of each node stands for all. */
    public synchronized void refused(String node, String name, String reason) {
        if (refusals.isFirst(node)) {
            failed(node, name, reason);
        } else {
            failed++;
        }
    }

    /** Notes what was not begun because somebody ended it. */
    public synchronized void stoppedAt(ModifySummary.Rest rest) {
        rests.add(rest);
    }

    /** Notes the path, on this machine, of the first that was not begun because somebody ended it. */
    public synchronized void stoppedBefore(String path) {
        next = Optional.of(path);
    }

    /**
     * The result.
     *
     * @param stopped whether somebody ended it before it was through
     * @throws IOException what the listener threw
     */
    public synchronized ModifySummary summary(boolean stopped) throws IOException {
        if (broken != null) {
            throw broken;
        }
        return new ModifySummary(
                dryRun,
                changed,
                unchanged,
                failed,
                points,
                lossy,
                sizeBefore,
                sizeAfter,
                failures,
                refusals.others(),
                stopped,
                rests,
                next);
    }
}
