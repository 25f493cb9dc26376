package org.buckytools.whisper.reshape;

import java.util.Arrays;
import java.util.List;
import org.buckytools.whisper.Aggregation;

/**
 * Looks where each point of the old archives is in the new file, and finds a place for those that are nowhere.
 */
final class Rescue {
    private final List<Ring> oldRings;
    private final List<Ring> rings;
    private final Aggregation aggregation;
    private final long now;

    private long kept;
    private long aggregated;
    private long placed;
    private long condensed;
    private long lost;

    // Values that will share a slot.
    private double[] group = new double[64];

    /**
     * @param oldRings of the old file, finest first
     * @param rings of the new file, finest first
     */
    Rescue(List<Ring> oldRings, List<Ring> rings, Aggregation aggregation, long now) {
        this.oldRings = oldRings;
        this.rings = rings;
        this.aggregation = aggregation;
        this.now = now;
    }

    void run() {
        oldRings.forEach(this::run);
    }

    private void run(Ring old) {
        Ring same = null;
        for (Ring ring : rings) {
            if (ring.step == old.step) {
                same = ring;
            }
        }
        long[] times = Reshape.visible(old, now);
        int at = 0;
        while (at < times.length) {
            long time = times[at];
            Ring home = home(time);
            if (same != null && same.holds(time)) {
                kept++;
                at++;
            } else if (home == null) {
                lost++;
                at++;
            } else if (home.step < old.step) {
                coarse(home, old, time);
                at++;
            } else {
                int end = at + 1;
                while (end < times.length && home.align(times[end]) == home.align(time) && home(times[end]) == home) {
                    end++;
                }
                fine(home, old, times, at, end);
                at = end;
            }
        }
    }

    /** The finest archive that reaches back so far. */
    private Ring home(long time) {
        for (Ring ring : rings) {
            if (ring.covers(ring.align(time), now)) {
                return ring;
            }
        }
        return null;
    }

    /** A point that stands for several slots of its home. */
    private void coarse(Ring home, Ring old, long time) {
        long first = home.align(time);
        for (long at = first; at < home.align(time + old.step); at += home.step) {
            if (home.holds(at)) {
                // Where there was no such point, it is this one, which the fill has placed.
                boolean isItself = at == first && home.bits(at) == old.bits(time) && !wasThere(home.step, first);
                condensed += isItself ? 0 : 1;
                return;
            }
        }
        if (home.add(first, old.bits(time), now)) {
            placed++;
        } else {
            lost++;
        }
    }

    private boolean wasThere(long step, long time) {
        return oldRings.stream().anyMatch(ring -> ring.step == step && ring.holds(time));
    }

    /** All points that fall into one slot of their home. */
    private void fine(Ring home, Ring old, long[] times, int from, int to) {
        long slot = home.align(times[from]);
        int count = to - from;
        if (home.holds(slot)) {
            condensed += count;
            return;
        }
        if (group.length < count) {
            group = Arrays.copyOf(group, count);
        }
        for (int i = 0; i < count; i++) {
            group[i] = Double.longBitsToDouble(old.bits(times[from + i]));
        }
        int slots = (int) Math.max(count, Math.min(home.step / old.step, Integer.MAX_VALUE));
        // Not-a-number in one form only, as in a fill.
        long bits = Double.doubleToLongBits(aggregation.aggregate(group, 0, count, slots));
        if (home.add(slot, bits, now)) {
            aggregated++;
            condensed += count;
        } else {
            lost += count;
        }
    }

    long kept() {
        return kept;
    }

    long aggregated() {
        return aggregated;
    }

    long placed() {
        return placed;
    }

    long condensed() {
        return condensed;
    }

    long lost() {
        return lost;
    }
}
