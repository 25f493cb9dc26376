package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Compresses the chunks of one stream where that makes it faster, by what {@link LinkFigures} know and by what it measures
 * itself. For one thread. Closed by its owner when the stream has ended; until something is compressed it holds nothing.
 */
public final class ChunkCompressor implements AutoCloseable {
    /** Less is not worth a call. */
    static final int MIN_BLOCK = 1024;

    /** A write that takes longer had to wait, unless it was so large that ... */
    private static final long WAIT_NANOS = 300_000;

    /** ... it took no more than this for each byte. */
    private static final double COPY_NANOS = 1.5;

    /** What goes in less says little. */
    private static final int MIN_SAMPLE = 64 * 1024;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final LinkFigures figures;
    private final IntSupplier crowd;
    private final LongSupplier clock;
    private final Supplier<PointEncoder> encoders;
    private PointEncoder encoder;

    // Since a write last had to wait: then what lay between here and the peer was full, as it is when the next one has
    // to.
    private boolean isSampling;
    private long sampleFrom;
    private long wireBytes;
    private long rawBytes;
    private long encodedBytes;
    private long busyNanos;

    /**
     * For one stream.
     *
     * @param crowd how many streams are being sent now, this one included
     * @param clock nanoseconds, as of {@link System#nanoTime}
     */
    public ChunkCompressor(LinkFigures figures, IntSupplier crowd, LongSupplier clock) {
        this(figures, crowd, clock, PointEncoder::new);
    }

    ChunkCompressor(LinkFigures figures, IntSupplier crowd, LongSupplier clock, Supplier<PointEncoder> encoders) {
        this.figures = requireNonNull(figures, "figures is null");
        this.crowd = requireNonNull(crowd, "crowd is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.encoders = encoders;
    }

    /**
     * Compresses a block if it should be and gets smaller.
     *
     * @param block at most {@link FileStreamFormat#MAX_ENCODED_CHUNK} bytes, from its position to its limit, which stay
     * @return null if it goes plain; else valid until the next call
     */
    ByteBuffer encode(long offset, ByteBuffer block) {
        int length = block.remaining();
        if (length < MIN_BLOCK || !figures.shouldEncode(clock.getAsLong())) {
            return null;
        }
        if (ChunkEncoding.usable().isEmpty()) {
            return null;
        }
        if (encoder == null) {
            encoder = encoders.get();
        }
        long begun = clock.getAsLong();
        ByteBuffer stored = encoder.encode(offset, block);
        int size = stored.remaining();
        long nanos = clock.getAsLong() - begun;
        busyNanos += nanos;
        boolean isSmaller = size < length;
        figures.encoded(length, isSmaller ? size : length, nanos * effort());
        if (!isSmaller) {
            return null;
        }
        encodedBytes += length;
        rawBytes += length;
        return stored;
    }

    /** Says that bytes of the content go as they are. */
    void plain(int length) {
        figures.plain(length);
        rawBytes += length;
    }

    /** Hands bytes to the sink and measures how it takes them. */
    void write(ByteBuffer bytes, FileStreamWriter.Sink sink) throws IOException {
        int length = bytes.remaining();
        long begun = clock.getAsLong();
        sink.write(bytes);
        long now = clock.getAsLong();
        long nanos = now - begun;
        wireBytes += length;
        busyNanos += nanos;
        if (nanos < WAIT_NANOS || nanos < length * COPY_NANOS || !sink.hadToWait()) {
            return;
        }
        if (isSampling && wireBytes < MIN_SAMPLE) {
            return;
        }
        // Where most of the time went into reading files, the link was idle meanwhile.
        if (isSampling && rawBytes > 0 && now - sampleFrom < 2 * busyNanos) {
            figures.went(wireBytes, rawBytes, (double) busyNanos / crowd.getAsInt(), 2 * encodedBytes > rawBytes, now);
        }
        isSampling = true;
        sampleFrom = now;
        wireBytes = 0;
        rawBytes = 0;
        encodedBytes = 0;
        busyNanos = 0;
    }

    @Override
    public void close() {
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
    }

    /**
     * What compression costs all streams together for each nanosecond that it takes one. The other end needs processors, too, and may be
     * on this machine.
     */
    private double effort() {
        return Math.max(1.0 / crowd.getAsInt(), 2.0 / PROCESSORS);
    }
}
