package org.buckytools.protocol.transfer;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * What was measured on the way to one peer, and what was found out about compressing what goes there: whether the next bytes
 * should be compressed is decided from this. Shared by all streams to that peer; safe for use by many threads.
 *
 * <p>A link's speed is known only while writes to it have to wait. Where they do not, or all streams together are faster than
 * any compression would be, nothing is compressed, not even for trial; nor where all processors are busy, as writes may then wait for whoever reads, and
 * compression would take the processors from what is done with them. Else a block is compressed now and then, more seldom the
 * longer it does not pay; and where it should pay, but what is compressed goes no faster (since it is the receiver's disk
 * that is slow), it is left alone for a while, too. Bytes go as they are for a moment now and then, too, while compression pays:
 * how fast they went before may have been the receiver's slow start, and compression would not end by itself then, as it keeps
 * processors busy that the receiver needs.
 */
public final class LinkFigures {
    /** A speed this old says nothing any more. */
    private static final long KEPT_NANOS = 5_000_000_000L;

    /** In bytes a nanosecond, all streams together: from here on compression costs more than it can save. */
    private static final double FAST = 0.6;

    /**
     * So much of a processor must have nothing to do. While a link of 1 Gbit/s was what took the time, 0.95 to 1.6 of two had not, with both ends on them and compression going on;
     * where writes only waited for a receiver that waited for a processor, 0.01 to 0.1.
     */
    private static final double LEAST_IDLE = 0.5;

    private static final long FIRST_PAUSE = 1 << 20;
    private static final long LONGEST_PAUSE = 64 << 20;

    /** A trial of a block is cheap, and its outcome says less. */
    private static final long LONGEST_PAUSE_AFTER_TRIAL = 16 << 20;

    /** After this many bytes, compressed, it must show that they went faster. */
    private static final long PROBATION = 8 << 20;

    /** So many bytes go as they are, to see how fast they do, ... */
    private static final long COMPARISON = 2 << 20;

    /** ... after this many that were compressed, ... */
    private static final long FIRST_COMPARISON_AFTER = 16 << 20;

    /** ... and twice as many each time, up to this. */
    private static final long NEXT_COMPARISON_AFTER = 64 << 20;

    /** Time per byte must shrink to this at least. */
    private static final double WORTHWHILE = 0.9;

    private static final double WEIGHT_OF_NEWEST = 0.25;

    /**
     * How many bytes of the link, or of content, a speed is taken over. Of a fast link it is a few hundredths of a second: a writer
     * that waited for a processor for some milliseconds does not make it a slow one. A slow link shows after a tenth of that.
     */
    private static final double WINDOW = 16 << 20;

    // Of all streams together. Guarded by this, as all below.
    private final Pace link = new Pace();
    private final Pace plain = new Pace();
    private final Pace encoded = new Pace();

    /** What compression took for a byte of the latest blocks. */
    private final LatestCosts encoder = new LatestCosts();

    /** NaN while unknown. */
    private double ratio = Double.NaN;

    private long linkNanos;
    private long pause = FIRST_PAUSE;
    private long pauseLeft;
    private long encodedBytes;
    private long encodedSincePlain;
    private long comparisonAfter = FIRST_COMPARISON_AFTER;

    private final DoubleSupplier idleProcessors;

    /**
     * Nothing is known yet.
     *
     * @param idleProcessors how many of this machine's processors have nothing to do; asked only where the link seems slow
     */
    public LinkFigures(DoubleSupplier idleProcessors) {
        this.idleProcessors = idleProcessors;
    }

    /** Whether the next block should be compressed, be it for trial. */
    synchronized boolean shouldEncode(long now) {
        if (!link.isKnown() || now - linkNanos > KEPT_NANOS) {
            link.forget();
            return false;
        }
        return 1 / link.nanosPerByte() < FAST && pauseLeft <= 0 && idleProcessors.getAsDouble() >= LEAST_IDLE;
    }

    /**
     * A block was compressed.
     *
     * @param nanos what that took, as a share of the time of all streams: half of it if two do so side by side
     */
    synchronized void encoded(int raw, int stored, double nanos) {
        boolean isTrial = encodedBytes == 0;
        encoder.add(nanos / raw);
        double latest = (double) stored / raw;
        ratio = isTrial ? latest : ratio + (latest - ratio) * WEIGHT_OF_NEWEST;
        if (pays()) {
            encodedBytes += raw;
            encodedSincePlain += raw;
            pauseLeft = 0;
            if (encodedSincePlain >= comparisonAfter) {
                encodedSincePlain = 0;
                comparisonAfter = Math.min(2 * comparisonAfter, NEXT_COMPARISON_AFTER);
                plain.forget();
                pauseLeft = COMPARISON;
            }
        } else {
            leaveAlone(LONGEST_PAUSE_AFTER_TRIAL);
        }
    }

    /** Bytes went as they are. */
    synchronized void plain(int raw) {
        pauseLeft = Math.max(0, pauseLeft - raw);
    }

    /**
     * How fast bytes went while the link was busy all the time.
     *
     * @param wire bytes that went, of content that has {@code raw}
     * @param nanos what that took, as a share of the time of all streams
     * @param wasEncoded whether most of that content was compressed
     */
    synchronized void went(long wire, long raw, double nanos, boolean wasEncoded, long now) {
        link.add(wire, nanos);
        linkNanos = now;
        if (!wasEncoded) {
            plain.add(raw, nanos);
            return;
        }
        encoded.add(raw, nanos);
        if (encodedBytes < PROBATION || !plain.isKnown()) {
            return;
        }
        if (encoded.nanosPerByte() > plain.nanosPerByte() * WORTHWHILE) {
            leaveAlone(LONGEST_PAUSE);
        } else {
            pause = FIRST_PAUSE;
            encodedBytes = 1;
        }
    }

    private boolean pays() {
        return encoder.median() < (1 - ratio) * link.nanosPerByte();
    }

    private void leaveAlone(long longest) {
        encoded.forget();
        encodedBytes = 0;
        encodedSincePlain = 0;
        comparisonAfter = FIRST_COMPARISON_AFTER;
        pauseLeft = Math.min(pause, longest);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    /** A median, since a thread that has to wait for a processor in the middle of a block seems to be very slow at it. */
    private static final class LatestCosts {
        private static final int KEPT = 7;

        private final double[] latest = new double[KEPT];
        private int added;

        void add(double cost) {
            latest[added % KEPT] = cost;
            added++;
        }

        double median() {
            double[] sorted = Arrays.copyOf(latest, Math.min(added, KEPT));
            Arrays.sort(sorted);
            return sorted[(sorted.length - 1) / 2];
        }
    }

    /** A mean over the latest bytes: many small samples count no more than a large one. */
    private static final class Pace {
        private double bytes;
        private double nanos;

        void add(long moreBytes, double moreNanos) {
            double kept = Math.max(0, 1 - moreBytes / WINDOW);
            bytes = bytes * kept + moreBytes;
            nanos = nanos * kept + moreNanos;
        }

        void forget() {
            bytes = 0;
            nanos = 0;
        }

        boolean isKnown() {
            return bytes > 0;
        }

        double nanosPerByte() {
            return nanos / bytes;
        }
    }
}
