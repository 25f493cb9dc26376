package org.buckytools.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.cluster.ClusterSettings;
import org.buckytools.cli.transfer.JobFile;
import org.buckytools.cli.transfer.PenaltyPolicy;
import org.buckytools.cli.transfer.TransferExtras;
import org.buckytools.cli.transfer.TransferSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How metrics are moved. */
public final class TransferOptions {
    @Option(names = "--no-op", description = "Move nothing; print what would be moved.")
    boolean planOnly;

    @Option(
            names = "--offload",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Let destinations fetch from sources by themselves where they can. On unless turned off; then all"
                            + " goes through this client.")
    boolean offload;

    @Option(
            names = "--ignore404",
            description = "A metric that its source has no more when its turn comes is no failure.")
    boolean ignoreMissing;

    @Option(
            names = "--error-tolerance",
            paramLabel = "N",
            description = "So many failed metrics are overlooked in the exit status. Default: ${DEFAULT-VALUE}.")
    long errorTolerance;

    @Option(
            names = "--metric-err-file",
            paramLabel = "FILE",
            description = "Add a line for each metric that failed: date, time, src|dst,METRIC,HOST:PORT.")
    Path errorFile;

    @Option(
            names = "--job-state-file",
            paramLabel = "FILE",
            description =
                    "Leave out the moves that are noted in this file, and note each one that succeeds; one whose source is"
                            + " to be deleted, when that is gone.")
    Path jobFile;

    @Option(
            names = "--trust-v1-fill",
            description =
                    "Let Go daemons fill metrics that they have already, and delete the sources after that. They fill"
                            + " inexactly: points are lost.")
    boolean trustV1Fill;

    @Mixin
    ThrottleOptions throttle;

    @Mixin
    ReportOptions reports;

    /** Whether only to print what would be moved. */
    public boolean planOnly() {
        return planOnly;
    }

    /** What the user should know of before anything is moved. */
    public List<String> warnings() {
        return throttle.isIdle()
                ? List.of("--metrics-per-second, --sync-speed-up-interval and --no-random-easing have no effect without"
                        + " --go-carbon-health-check")
                : List.of();
    }

    /** How many failures are to be overlooked in the exit code. */
    public long errorTolerance() {
        return errorTolerance;
    }

    /** Reads and opens the job file, if there is to be one; the caller closes it. */
    public Optional<JobFile> openJobFile() throws UserFacingException {
        if (jobFile == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JobFile.open(jobFile));
        } catch (IOException e) {
            throw UserFacingException.usage(
                    "the job state file " + jobFile + " cannot be used: " + FileFault.of(e),
                    "Give a file to --job-state-file that can be written, or made, there.");
        }
    }

    /** How the plan is run. */
    public TransferSettings settings(ClusterSettings cluster, boolean delete) {
        return new TransferSettings(
                cluster.workers(), delete, offload, cluster.encoded(), trustV1Fill, PenaltyPolicy.DEFAULT);
    }

    /** What goes along with it. */
    public TransferExtras extras(ClusterSettings cluster, Optional<JobFile> opened, boolean printDeletions)
            throws UserFacingException {
        checkErrorFile();
        return new TransferExtras(
                ignoreMissing,
                cluster.verbose(),
                printDeletions,
                opened,
                Optional.ofNullable(errorFile),
                throttle.settings(),
                reports.settings());
    }

    /** Metrics should not have been moved already when it is found that failures cannot be noted. */
    private void checkErrorFile() throws UserFacingException {
        if (errorFile == null || planOnly) {
            return;
        }
        try {
            Files.newOutputStream(errorFile, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw UserFacingException.usage(
                    "the metric error file " + errorFile + " cannot be used: " + FileFault.of(e),
                    "Give a file to --metric-err-file that can be written, or made, there.");
        }
    }
}
