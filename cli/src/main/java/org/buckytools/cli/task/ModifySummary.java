package org.buckytools.cli.task;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.buckytools.cli.ExitCode;
import org.buckytools.protocol.transfer.PointCounts;

/**
 * How a change of schemas went.
 *
 * @param dryRun whether nothing was really changed
 * @param changed files that are different now
 * @param unchanged files that were as wanted
 * @param failed files that were not changed, for a reason
 * @param points what became of all points
 * @param lossy files that lost points
 * @param sizeBefore bytes of all files that are not failures, before
 * @param sizeAfter and after
 * @param failures the first of them
 * @param alike failures that are not among the first, as a daemon has refused another one by the same token
 * @param stopped whether somebody ended it before it was through
 * @param rests what was not begun then, by daemon; none for files on this machine
 * @param next of files on this machine, the first that was not begun then, or a directory that holds it; all before it were
 */
public record ModifySummary(
        boolean dryRun,
        long changed,
        long unchanged,
        long failed,
        PointCounts points,
        long lossy,
        long sizeBefore,
        long sizeAfter,
        List<Failure> failures,
        long alike,
        boolean stopped,
        List<Rest> rests,
        Optional<String> next) {
    /**
     * What a daemon was not asked for any more.
     *
     * @param node the daemon, as HOST:PORT
     * @param metrics how many
     * @param next the first of them, in the order of names
     */
    public record Rest(String node, long metrics, String next) {}

    /**
     * One that could not be changed.
     *
     * @param node the daemon, or empty
     */
    public record Failure(String node, String name, String reason) {
        @Override
        public String toString() {
            return (node.isEmpty() ? "" : node + ": ") + name + ": " + reason;
        }
    }

    public ModifySummary {
        failures = List.copyOf(failures);
        rests = List.copyOf(rests);
        requireNonNull(next, "next is null");
    }

    /**
     * What the program ends with.
     *
     * @param nothingDone if each one failed
     */
    public ExitCode exitCode(ExitCode nothingDone) {
        if (stopped) {
            return ExitCode.INTERRUPTED;
        }
        if (failed == 0) {
            return ExitCode.DONE;
        }
        return changed + unchanged == 0 ? nothingDone : ExitCode.PARTLY;
    }
}
