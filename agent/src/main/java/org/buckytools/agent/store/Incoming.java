package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload on its way: written to a hidden file, or to memory if it will be filled in, then made visible by exactly one of {@link #createOrFill},
 * {@link #replace} and {@link StagedBatch#add}. Closing without one of these removes it; closing after it does nothing. For
 * one thread at a time.
 */
public final class Incoming implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    /** Enough for the headers of real schemas, so that they need not be read back. */
    private static final int START_BYTES = 256;

    private static final int ARCHIVE_COUNT_AT = 12;
    private static final int ARCHIVES_IN_START = (START_BYTES - 16) / 12;

    private final MetricStore store;
    private final MetricName metric;
    private final Place place;
    private final long size;
    private final int mode;
    private final Optional<SourceTime> time;
    private final Body body;
    private final boolean fills;

    private final byte[] start;
    private long dumpNanos;
    private boolean handedOver;

    /**
     * @param time for the file, where it is to have its source's
     * @param fills whether there was a file when this began, so that it will probably be filled
     */
    Incoming(
            MetricStore store,
            MetricName metric,
            Place place,
            long size,
            int mode,
            Optional<SourceTime> time,
            Body body,
            boolean fills) {
        this.store = store;
        this.metric = metric;
        this.place = place;
        this.size = size;
        this.mode = mode;
        this.time = time;
        this.body = body;
        this.fills = fills;
        this.start = new byte[(int) Math.min(size, START_BYTES)];
    }

    public MetricName metric() {
        return metric;
    }

    /** Whether it is in memory, which others could use. */
    public boolean isHeld() {
        return body instanceof HeldBody;
    }

    /** The size that was announced, in bytes. */
    public long size() {
        return size;
    }

    /**
     * Writes bytes at a place. Places that are never written are zeros.
     *
     * @param bytes from position to limit, all of which are taken; direct buffers are written without a copy
     * @throws BadUploadException if they lie beyond the size
     * @throws StoreFullException if there is no space for them
     */
    public void write(long offset, ByteBuffer bytes) throws IOException {
        if (handedOver) {
            throw new IllegalStateException("the upload of " + metric + " is over");
        }
        int length = bytes.remaining();
        if (offset < 0 || offset > size - length) {
            throw new BadUploadException(
                    metric, length + " bytes at " + offset + " lie beyond the size of " + size + " that was announced");
        }
        if (length == 0) {
            return;
        }
        long begin = System.nanoTime();
        if (offset < start.length) {
            bytes.get(bytes.position(), start, (int) offset, (int) Math.min(length, start.length - offset));
        }
        try {
            if (bytes.isDirect() || body instanceof HeldBody) {
                body.write(MemorySegment.ofBuffer(bytes), offset);
            } else {
                store.writeThroughMemory(body, offset, bytes.duplicate());
            }
        } catch (IOException e) {
            throw StoreErrors.explained(metric, e);
        }
        bytes.position(bytes.limit());
        dumpNanos += System.nanoTime() - begin;
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
        try (Landing.Cargo cargo = handOver()) {
            return store.createOrFill(cargo, sourceNow);
        }
    }

    /**
     * Makes the metric if there is none; else gives the file that is there this content, in place under its lock. Durable on
     * return.
     *
     * @throws BadUploadException if it is not a whole Whisper file
     */
    public StoreResult replace() throws IOException {
        try (Landing.Cargo cargo = handOver()) {
            return store.replace(cargo);
        }
    }

    /**
     * Gives away what has come; closing this does nothing then.
     *
     * @throws BadUploadException if what was written cannot be a Whisper file; then it is removed
     */
    Landing.Cargo handOver() throws IOException {
        if (handedOver) {
            throw new IllegalStateException("the upload of " + metric + " is over");
        }
        handedOver = true;
        Landing.Cargo cargo = new Landing.Cargo(metric, place, size, mode, time, dumpNanos, body, fills);
        boolean valid = false;
        try {
            validate();
            try {
                body.complete();
            } catch (IOException e) {
                throw StoreErrors.explained(metric, e);
            }
            valid = true;
            return cargo;
        } finally {
            if (!valid) {
                cargo.close();
            }
        }
    }

    private void validate() throws IOException {
        try {
            ByteBuffer header = ByteBuffer.wrap(start);
            if (start.length == START_BYTES
                    && !WhisperHeader.isCompressed(header)
                    && Integer.compareUnsigned(header.getInt(ARCHIVE_COUNT_AT), ARCHIVES_IN_START) > 0) {
                header = store.start(body);
            }
            WhisperHeader.parse(header, size, "it");
        } catch (UnsupportedWhisperFormatException e) {
            LOG.debug(
                    "{} is stored as it is, and refused only where it would be filled from: {}",
                    metric,
                    e.getMessage());
        } catch (CorruptWhisperFileException e) {
            throw new BadUploadException(metric, e);
        }
    }

    @Override
    public void close() {
        if (!handedOver) {
            handedOver = true;
            body.close();
        }
    }
}
