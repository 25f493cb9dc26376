package org.buckytools.cli.output;

import java.util.List;

/**
 * How far a move is.
 *
 * @param planned metrics to be moved, or {@link #UNKNOWN}
 * @param finished of them that have come to an end, well or not
 * @param failed of these that failed
 * @param bytes copied
 * @param pairs each source with each of its destinations
 */
public record Progress(long planned, long finished, long failed, long bytes, List<Pair> pairs) {
    /** Stands for a number that shows only at the end. */
    public static final long UNKNOWN = -1;

    /** Metrics from one node to another. */
    public record Pair(String source, String destination, long planned, long done, long failed, long bytes) {
        /** Whether all of them have come to an end. */
        public boolean isFinished() {
            return done + failed >= planned;
        }
    }

    public Progress {
        pairs = List.copyOf(pairs);
    }
}
