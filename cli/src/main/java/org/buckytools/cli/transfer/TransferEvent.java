package org.buckytools.cli.transfer;

import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.transfer.PullItem;

/** Something that happened while a plan was run. */
sealed interface TransferEvent {
    /** A metric arrived at a destination for the first time in this run. */
    record Copied(Node source, Node destination, PullItem item, CopyResult.Outcome outcome, long size, long wireBytes)
            implements TransferEvent {}

    /** A metric was brought up to date at a destination, because its source had been written. */
    record CopiedAgain(Node source, Node destination, PullItem item, long size, long wireBytes)
            implements TransferEvent {}

    /**
     * All that was to be done with a metric is done.
     *
     * @param deleted whether its source is deleted
     */
    record Done(Plan.Group group, PullItem item, boolean deleted) implements TransferEvent {}

    /**
     * A metric has not come to an end, and will not in this run.
     *
     * @param destination the one at which it failed, or the first if it was not the fault of one
     * @param copied whether all destinations have it, so that only its source is still there
     */
    record Failed(Plan.Group group, Node destination, PullItem item, boolean copied, Problem problem)
            implements TransferEvent {}

    /** A metric will be tried again later. */
    record Postponed(Plan.Group group, PullItem item, String reason) implements TransferEvent {}

    /** Something about a node that a person should know. */
    record Notice(String text) implements TransferEvent {}
}
