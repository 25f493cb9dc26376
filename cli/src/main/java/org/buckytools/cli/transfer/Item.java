package org.buckytools.cli.transfer;

import org.buckytools.protocol.transfer.PullItem;

/** A metric on its way. Belongs to the worker whose batch it is in, and between two batches to the scheduler. */
final class Item {
    final PullItem names;

    /** By destination: whether it is there already, so that it is counted once however often it is brought up to date. */
    final boolean[] copied;

    /** Tries that failed and may have been this metric's fault. */
    int attempts;

    /** How often it was copied again because its source had been written. */
    int rounds;

    /** Whether its source may be gone because it was deleted for us, though the answer was lost. */
    boolean deleting;

    /** Earliest time of the next try. */
    long notBefore;

    Item(PullItem names, int destinations) {
        this.names = names;
        this.copied = new boolean[destinations];
    }
}
