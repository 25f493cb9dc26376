/**
 * The transfer engine: it runs a {@link org.buckytools.cli.transfer.Plan}, which says what is to be copied from where to where,
 * and after that perhaps deleted.
 *
 * <p>A plan consists of groups, the metrics of one source that go to the same destinations. A fixed number of workers take
 * <em>batches</em> of a group from the {@link org.buckytools.cli.transfer.Scheduler}, which sees to it that no node gets more than
 * its share and that a node that keeps failing is left alone for a while. A worker brings each metric of its batch to every
 * destination and only then lets the source delete it, if it still is what was copied. What failed for the moment, or was written
 * meanwhile, goes back to the scheduler for later.
 *
 * <p>Workers report what they did as {@link org.buckytools.cli.transfer.TransferEvent}s through one bounded queue to the thread that
 * runs the engine; that thread alone counts, keeps the job file, and draws the progress.
 */
package org.buckytools.cli.transfer;
