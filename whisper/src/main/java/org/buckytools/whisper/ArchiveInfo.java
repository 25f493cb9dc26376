package org.buckytools.whisper;

/**
 * Where an archive lies in its file and what its slots stand for; three numbers of the header.
 *
 * @param offset of its first slot in the file, in bytes
 * @param secondsPerPoint the step, at least 1
 * @param points number of slots, at least 1
 */
public record ArchiveInfo(long offset, long secondsPerPoint, int points) {
    public ArchiveInfo {
        if (offset < 0 || offset > Point.MAX_TIME) {
            throw new IllegalArgumentException("offset " + offset + " does not fit four bytes");
        }
        if (secondsPerPoint < 1 || secondsPerPoint > Point.MAX_TIME || points < 1) {
            throw new IllegalArgumentException(points + " points of " + secondsPerPoint + " seconds are no archive");
        }
    }

    /** The span of time the archive covers, in seconds. */
    public long retention() {
        return secondsPerPoint * points;
    }

    /** What the archive takes in the file, in bytes. */
    public long size() {
        return (long) points * Point.BYTES;
    }

    /** The first byte behind the archive. */
    public long end() {
        return offset + size();
    }

    /** Where slot {@code slot} lies in the file. */
    public long pointOffset(int slot) {
        return offset + (long) slot * Point.BYTES;
    }

    /** The start of the interval that {@code time} falls in. */
    public long align(long time) {
        return time - Math.floorMod(time, secondsPerPoint);
    }

    /**
     * The slot of {@code time}.
     *
     * @param base the time stored in the first slot, which must not be 0: an empty archive has no slots to speak of, its
     *     first point goes to slot 0
     */
    public int slot(long base, long time) {
        return (int) Math.floorMod(Math.floorDiv(time - base, secondsPerPoint), (long) points);
    }

    /** Step and number of points, without the place in the file. */
    public Retention schema() {
        return new Retention(secondsPerPoint, points);
    }
}
