package org.buckytools.cli.transfer;

import java.time.Duration;
import java.util.List;
import org.buckytools.cli.ExitCode;

/**
 * How a run went. A metric with several destinations counts once for each where copies are counted, and once in all elsewhere.
 *
 * @param planned metrics that were to be moved
 * @param created copies that are new
 * @param filled copies that were there and got points that they lacked
 * @param unchanged copies that were there and lacked nothing
 * @param deleted sources that were deleted
 * @param failed metrics that failed, without those not found if these are no failures
 * @param notFound metrics that their source had no more
 * @param left metrics that were not done because the run was stopped
 * @param bytes size of what was copied
 * @param wireBytes of it that crossed the network
 * @param elapsed how long it took
 * @param isStopped whether the user stopped it
 * @param failures the first of those that failed
 * @param alike those of which none is among the first, as a daemon has refused another one by the same token
 */
public record TransferSummary(
        long planned,
        long created,
        long filled,
        long unchanged,
        long deleted,
        long failed,
        long notFound,
        long left,
        long bytes,
        long wireBytes,
        Duration elapsed,
        boolean isStopped,
        List<Failure> failures,
        long alike) {
    /** A metric that failed: which, where, why, and what to do. */
    public record Failure(String metric, String node, String reason, String nextStep) {}

    public TransferSummary {
        failures = List.copyOf(failures);
    }

    /** Copies made or found complete. */
    public long copied() {
        return created + filled + unchanged;
    }

    /** What a command ends with after this, if so many failures are to be overlooked. */
    public ExitCode exitCode(long tolerance) {
        if (isStopped && left > 0) {
            return ExitCode.INTERRUPTED;
        }
        return failed > tolerance ? ExitCode.PARTLY : ExitCode.DONE;
    }
}
