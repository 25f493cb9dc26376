package org.buckytools.cli.option;

import java.io.IOException;
import java.nio.file.Path;
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
    private boolean planOnly;

    @Option(
            names = "--offload",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Let destinations fetch from sources by themselves where they can. On unless turned off; then all"
                            + " goes through this client.")
    private boolean offload;

    @Option(
            names = "--ignore404",
            description = "A metric that its source has no more when its turn comes is no failure.")
    private boolean ignoreMissing;

    @Option(
            names = "--error-tolerance",
            paramLabel = "N",
            description = "So many failed metrics are overlooked in the exit status. Default: ${DEFAULT-VALUE}.")
    private long errorTolerance;

    @Option(
            names = "--metric-err-file",
            paramLabel = "FILE",
            description = "Add a line for each metric that failed: date, time, src|dst,METRIC,HOST:PORT.")
    private Path errorFile;

    @Option(
            names = "--job-state-file",
            paramLabel = "FILE",
            description =
                    "Leave out the moves that are noted in this file, and note each one that succeeds; one whose source is"
                            + " to be deleted, when that is gone.")
    private Path jobFile;

    @Option(
            names = "--trust-v1-fill",
            description =
                    "Let Go daemons fill metrics that they have already, and delete the sources after that. They fill"
                            + " inexactly: points are lost.")
    private boolean trustV1Fill;

    @Mixin
    private ThrottleOptions throttle;

    @Mixin
    private ReportOptions reports;

    /** Whether only to print what would be moved. */
    public boolean planOnly() {
        return planOnly;
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
            throw UserFacingException.usage("the job state file " + jobFile + " cannot be used: " + e, "");
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
        return new TransferExtras(
                ignoreMissing,
                cluster.verbose(),
                printDeletions,
                opened,
                Optional.ofNullable(errorFile),
                throttle.settings(),
                reports.settings());
    }
}
