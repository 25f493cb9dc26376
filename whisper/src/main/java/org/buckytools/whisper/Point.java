package org.buckytools.whisper;

/**
 * One value at one time.
 *
 * @param time seconds since the epoch, 0 to 2^32 - 1 (what four bytes can hold)
 */
public record Point(long time, double value) {
    /** What a point takes in a file: four bytes of time, eight of value. */
    public static final int BYTES = 12;

    /** The last second a file can hold, in the year 2106. */
    public static final long MAX_TIME = 0xFFFF_FFFFL;

    public Point {
        if (time < 0 || time > MAX_TIME) {
            throw new IllegalArgumentException("time " + time + " is outside 0 to " + MAX_TIME);
        }
    }
}
