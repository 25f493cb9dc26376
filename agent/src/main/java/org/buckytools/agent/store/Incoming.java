package org.buckytools.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.buckytools.protocol.MetricName;

/**
 * An upload on its way: written to a hidden file, then made visible by exactly one of {@link #createOrFill},
 * {@link #replace} and {@link StagedBatch#add}. Closing without one of these removes it; closing after it does nothing. For
 * one thread at a time.
 */
public final class Incoming implements AutoCloseable {

    Incoming() {}

    public MetricName metric() {
        throw new UnsupportedOperationException();
    }

    /** The size that was announced, in bytes. */
    public long size() {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes bytes at a place. Places that are never written are zeros.
     *
     * @param bytes from position to limit, all of which are taken
     * @throws BadUploadException if they lie beyond the size
     * @throws StoreFullException if there is no space for them
     */
    public void write(long offset, ByteBuffer bytes) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes the metric if there is none, an exact copy; else fills what the file lacks, in place under its lock. Durable on
     * return.
     *
     * @param sourceNow the source's clock in Unix seconds; the fill works with the later of it and this store's
     * @throws BadUploadException if it is not a whole Whisper file
     * @throws org.buckytools.whisper.CorruptWhisperFileException if the file that is there is damaged; it stays so
     */
    public StoreResult createOrFill(long sourceNow) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes the metric if there is none; else gives the file that is there this content, in place under its lock. Durable on
     * return.
     *
     * @throws BadUploadException if it is not a whole Whisper file
     */
    public StoreResult replace() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
