package org.buckytools.cli.transfer;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What goes along with a run beside the moves themselves.
 *
 * @param ignoreMissing whether a metric that its source has no more is no failure
 * @param verbose whether each metric is said
 * @param printDeletions whether each deleted metric is said
 * @param jobFile where moves that succeeded are noted; closed by whoever opened it
 * @param errorFile where metrics that failed are noted
 * @param health how nodes are kept from being overrun
 * @param graphite where to report to
 */
public record TransferExtras(
        boolean ignoreMissing,
        boolean verbose,
        boolean printDeletions,
        Optional<JobFile> jobFile,
        Optional<Path> errorFile,
        Optional<HealthSettings> health,
        Optional<GraphiteSettings> graphite) {}
