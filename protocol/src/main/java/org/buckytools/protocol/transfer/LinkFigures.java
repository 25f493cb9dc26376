package org.buckytools.protocol.transfer;

/**
 * What was measured on the way to one peer, and what was found out about compressing what goes there: whether the next bytes
 * should be compressed is decided from this. Shared by all streams to that peer; safe for use by many threads.
 *
 * <p>A link's speed is known only while writes to it have to wait. Where they do not, or all streams together are faster than
 * any compression would be, nothing is compressed, not even for trial. Else a block is compressed now and then, more seldom the
 * longer it does not pay; and where it should pay, but what is compressed goes no faster (since it is the receiver's disk
 * that is slow), it is left alone for a while, too.
 */
public final class LinkFigures {
    /** A speed this old says nothing any more. */
    private static final long KEPT_NANOS = 5_000_000_000L;

    /** In bytes a nanosecond, all streams together: from here on compression costs more than it can save. */
    private static final double FAST = 0.6;

    private static final long FIRST_PAUSE = 1 << 20;
    private static final long LONGEST_PAUSE = 64 << 20;

    /** After this many bytes, compressed, it must show that they went faster. */
    private static final long PROBATION = 8 << 20;

    /** Time per byte must shrink to this at least. */
    private static final double WORTHWHILE = 0.9;

    private static final double WEIGHT_OF_NEWEST = 0.25;

    // Nanoseconds a byte; NaN while unknown. Guarded by this.
    private double link = Double.NaN;
    private double plain = Double.NaN;
    private double encoded = Double.NaN;
    private double encoder = Double.NaN;
    private double ratio = Double.NaN;

    private long linkNanos;
    private long pause = FIRST_PAUSE;
    private long pauseLeft;
    private long encodedBytes;

    /** Nothing is known yet. */
    public LinkFigures() {}

    /**
     * Whether the next block should be compressed, be it for trial.
     *
     * @param crowd how many streams there are
     */
    synchronized boolean shouldEncode(int crowd, long now) {
        if (Double.isNaN(link) || now - linkNanos > KEPT_NANOS) {
            link = Double.NaN;
            return false;
        }
        return crowd / link < FAST && pauseLeft <= 0;
    }

    /**
     * A block was compressed.
     *
     * @param contention by how much compression is slower than measured when all streams do it
     */
    synchronized void encoded(int raw, int stored, long nanos, double contention) {
        boolean isTrial = encodedBytes == 0;
        encoder = mean(isTrial ? Double.NaN : encoder, (double) nanos / raw);
        ratio = mean(isTrial ? Double.NaN : ratio, (double) stored / raw);
        if (pays(contention)) {
            encodedBytes += raw;
            pauseLeft = 0;
        } else {
            leaveAlone();
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
     * @param wasEncoded whether most of that content was compressed
     */
    synchronized void went(long wire, long raw, long nanos, boolean wasEncoded, long now) {
        link = mean(link, (double) nanos / wire);
        linkNanos = now;
        if (!wasEncoded) {
            plain = mean(plain, (double) nanos / raw);
            return;
        }
        encoded = mean(encoded, (double) nanos / raw);
        if (encodedBytes < PROBATION || Double.isNaN(plain)) {
            return;
        }
        if (encoded > plain * WORTHWHILE) {
            leaveAlone();
        } else {
            pause = FIRST_PAUSE;
            encodedBytes = 1;
        }
    }

    private boolean pays(double contention) {
        return encoder * contention < (1 - ratio) * link;
    }

    private void leaveAlone() {
        encoded = Double.NaN;
        encodedBytes = 0;
        pauseLeft = pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    private static double mean(double before, double newest) {
        return Double.isNaN(before) ? newest : before + (newest - before) * WEIGHT_OF_NEWEST;
    }
}
