package org.buckytools.agent.store;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.FileVersion;

/**
 * The Whisper files of one node. It alone turns metric names into paths, and does every read, write, fill and delete. Safe
 * for use by many threads; calls block.
 */
public final class MetricStore implements AutoCloseable {

    private MetricStore() {}

    /**
     * Opens a store.
     *
     * @param clock must be that of the machine, which also stamps the files; fills and versions depend on it
     * @throws IOException if the root is no directory, or another process has the store open
     */
    public static MetricStore open(StoreConfig config, StoreEvents events, InstantSource clock) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** What an inventory's walk reports leftovers of crashed processes to, and the end of the first walk. */
    public LeftoverRecovery leftovers() {
        throw new UnsupportedOperationException();
    }

    /** A metric's stat; empty if there is no such regular file. */
    public Optional<MetricStat> stat(MetricName metric) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** A metric's apparent size in bytes, -1 if there is no such file. */
    public long sizeOf(MetricName metric) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a metric without waiting for a version that can be trusted.
     *
     * @throws MetricNotFoundException if there is none
     * @throws StoreBusyException if its lock or memory did not become free in time
     */
    public SourceFile read(MetricName metric) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads a metric that is to be moved: waits up to a fifth of a second for a moment at which its version can be trusted.
     *
     * @throws MetricNotFoundException if there is none
     * @throws StoreBusyException if its lock or memory did not become free in time
     */
    public SourceFile readForMove(MetricName metric) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Begins an upload.
     *
     * @param size of the whole content in bytes
     * @param mode permission bits for the file if it is made, e.g. 0644; 0 stands for that
     * @throws BadUploadException if the size is that of no Whisper file
     * @throws StoreFullException if there is no space for it
     * @throws UnusablePathException if the metric's path cannot be used
     */
    public Incoming receive(MetricName metric, long size, int mode) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** A new batch for uploads begun with {@link #receive}. */
    public StagedBatch batch() {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a metric whatever it holds, and the directories that this leaves empty.
     *
     * @return whether there was one
     */
    public boolean delete(MetricName metric) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a metric if its content is still the one that {@code version} names and no process has it open, and the
     * directories that this leaves empty. Waits up to five seconds for processes that have it open.
     */
    public DeleteOutcome deleteUnchanged(MetricName metric, FileVersion version) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Unlocks the store. Uploads and reads in flight must have ended. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
