package org.buckytools.cli.transfer;

import static java.util.Objects.requireNonNull;

/**
 * How a plan is run.
 *
 * @param workers batches at once over the whole cluster
 * @param delete whether the source is deleted once all destinations have it
 * @param offload whether destinations fetch by themselves where they can; if not, everything goes through this process
 * @param encoded whether transfers may be compressed
 * @param trustV1Fill whether a Go daemon may fill a metric that it has, and its source may be deleted after that
 * @param penalties when a failing node is left alone
 */
public record TransferSettings(
        int workers, boolean delete, boolean offload, boolean encoded, boolean trustV1Fill, PenaltyPolicy penalties) {
    public TransferSettings {
        if (workers < 1) {
            throw new IllegalArgumentException("at least one worker is needed, not " + workers);
        }
        requireNonNull(penalties, "penalties is null");
    }
}
