package org.buckytools.cli.findhash;

import java.util.Arrays;
import java.util.List;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.RingPoint;

/**
 * How many buckets each member of a ring has.
 *
 * @param ring the ring
 * @param counts by the member's index
 */
record Buckets(HashRing ring, List<Integer> counts) {
    /**
     * One less than there are positions: the Go tool counts from 0 to 65535 what lies between two points, also where the ring
     * closes. Its figures are kept.
     */
    static final int TOTAL = 0xffff;

    static Buckets of(HashRing ring) {
        int[] counts = new int[ring.members().size()];
        List<RingPoint> points = ring.points();
        long last = points.getLast().position() - TOTAL;
        for (RingPoint point : points) {
            counts[point.member()] += (int) (point.position() - last);
            last = point.position();
        }
        return new Buckets(ring, Arrays.stream(counts).boxed().toList());
    }

    int most() {
        return counts.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    int fewest() {
        return counts.stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    int spread() {
        return most() - fewest();
    }
}
