package org.buckytools.whisper.fill;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;

/**
 * The rules of {@code docs/fill.md}, written down once more on maps, as slowly and plainly as they read. Shares nothing with
 * {@link Fill} but the aggregation methods.
 */
final class ReferenceFill {
    /** One archive as a reader sees it. */
    static final class Ring {
        final int index;
        final long step;
        final long retention;
        final List<Long> window;
        final SortedMap<Long, Long> before;
        final SortedMap<Long, Long> after;
        final Set<Long> blocked = new HashSet<>();
        final Set<Long> counted = new HashSet<>();
        long later;

        Ring(TestFile file, int index, long now) {
            ArchiveInfo info = file.archive(index);
            this.index = index;
            this.step = info.secondsPerPoint();
            this.retention = info.retention();
            this.window = TestFile.times(info, now);
            this.before = file.bitsAt(index, now);
            this.after = new TreeMap<>(before);
            long base = file.time(index, 0);
            if (base != 0) {
                for (long time : window) {
                    if (file.time(index, info.slot(base, time)) > time) {
                        blocked.add(time);
                    }
                }
                for (int slot = 0; slot < info.points(); slot++) {
                    long time = file.time(index, slot);
                    if (time > now && time % step == 0 && info.slot(base, time) == slot) {
                        later++;
                    }
                }
            }
        }

        boolean isFree(long time) {
            return !after.containsKey(time) && !blocked.contains(time);
        }

        boolean hasBetween(long from, long to) {
            return !after.subMap(from, Math.max(from, to)).isEmpty();
        }
    }

    final long now;
    final List<Ring> source;
    final List<Ring> destination;
    final Aggregation method;
    final double xff;
    final Aggregation sourceMethod;
    final double sourceXff;
    final boolean different;
    long taken;
    long aggregated;
    long placed;
    long withoutPlace;

    ReferenceFill(TestFile source, TestFile destination, long now) {
        this.now = now;
        this.source = rings(source, now);
        this.destination = rings(destination, now);
        this.method = destination.header.aggregation();
        this.xff = destination.header.xFilesFactor();
        this.sourceMethod = source.header.aggregation();
        this.sourceXff = source.header.xFilesFactor();
        boolean same = this.source.size() == this.destination.size();
        for (int i = 0; same && i < this.source.size(); i++) {
            same = this.source.get(i).step == this.destination.get(i).step
                    && this.source.get(i).retention == this.destination.get(i).retention;
        }
        this.different = !same;
        fill();
    }

    private static List<Ring> rings(TestFile file, long now) {
        List<Ring> rings = new ArrayList<>();
        for (int i = 0; i < file.header.archives().size(); i++) {
            rings.add(new Ring(file, i, now));
        }
        rings.sort(Comparator.comparingLong((Ring ring) -> ring.step));
        return rings;
    }

    FillReport report() {
        long later = 0;
        for (Ring ring : source) {
            later += ring.later;
        }
        return new FillReport(taken, aggregated, placed, withoutPlace, later);
    }

    private void fill() {
        Ring finer = null;
        for (Ring ring : destination) {
            Map<Long, Long> same = sourcePoints(ring.step);
            for (long time : ring.window) {
                if (isLookedAtAgain(ring, time, finer)) {
                    rule2(ring, time, finer, same);
                } else {
                    rule3(ring, time, same);
                }
            }
            if (different) {
                rule4(ring);
            }
            finer = ring;
        }
        for (Ring ring : source) {
            for (long time : ring.before.keySet()) {
                if (!hasPlace(ring, time)) {
                    withoutPlace++;
                }
            }
        }
    }

    private Map<Long, Long> sourcePoints(long step) {
        for (Ring ring : source) {
            if (ring.step == step) {
                return ring.before;
            }
        }
        return Map.of();
    }

    private boolean isLookedAtAgain(Ring ring, long start, Ring finer) {
        return finer != null
                && ring.step % finer.step == 0
                && start > now - finer.retention
                && finer.counted.stream().anyMatch(time -> time >= start && time < start + ring.step);
    }

    private void rule2(Ring ring, long start, Ring finer, Map<Long, Long> same) {
        if (ring.blocked.contains(start)) {
            return;
        }
        long slots = ring.step / finer.step;
        SortedMap<Long, Long> merged = under(finer.after, start, ring.step);
        SortedMap<Long, Long> own = under(finer.before, start, ring.step);
        SortedMap<Long, Long> theirs = under(sourcePoints(finer.step), start, ring.step);
        Long here = ring.before.get(start);
        Long there = same.get(start);
        if (there != null
                && merged.equals(theirs)
                && !(sourceMethod != method
                        && meets(merged, slots, sourceXff)
                        && meets(merged, slots, xff)
                        && equal(aggregate(sourceMethod, merged, slots), Double.longBitsToDouble(there)))) {
            put(ring, start, there, false);
        } else if (here != null
                && !(meets(own, slots, xff) && equal(aggregate(method, own, slots), Double.longBitsToDouble(here)))) {
            return;
        } else if (meets(merged, slots, xff)) {
            put(ring, start, Double.doubleToLongBits(aggregate(method, merged, slots)), true);
        } else {
            rule3(ring, start, same);
        }
    }

    private void put(Ring ring, long time, long bits, boolean isAggregate) {
        Long old = ring.after.put(time, bits);
        if (old == null || old != bits) {
            ring.counted.add(time);
            if (isAggregate) {
                aggregated++;
            } else {
                taken++;
            }
        }
    }

    private void rule3(Ring ring, long time, Map<Long, Long> same) {
        if (ring.isFree(time) && same.containsKey(time)) {
            put(ring, time, same.get(time), false);
        }
    }

    private void rule4(Ring ring) {
        for (long time : ring.window) {
            if (!ring.isFree(time)) {
                continue;
            }
            Ring nearest = null;
            for (Ring candidate : source) {
                if (candidate.step < ring.step && ring.step % candidate.step == 0 && time > now - candidate.retention) {
                    nearest = candidate;
                }
            }
            if (nearest != null) {
                SortedMap<Long, Long> points = under(nearest.before, time, ring.step);
                long slots = ring.step / nearest.step;
                if (meets(points, slots, xff)) {
                    put(ring, time, Double.doubleToLongBits(aggregate(method, points, slots)), true);
                }
            }
        }
        for (Ring coarse : source) {
            if (coarse.step > ring.step) {
                coarse.before.forEach((time, bits) -> {
                    long own = time - time % ring.step;
                    long next = (time + coarse.step) - (time + coarse.step) % ring.step;
                    if (finestFor(time) == ring && ring.isFree(own) && !ring.hasBetween(own, next)) {
                        ring.after.put(own, bits);
                        placed++;
                    }
                });
            }
        }
    }

    private Ring finestFor(long time) {
        for (Ring ring : destination) {
            long own = time - time % ring.step;
            if (own > 0 && own > now - ring.retention && own <= now) {
                return ring;
            }
        }
        return null;
    }

    private boolean hasPlace(Ring from, long time) {
        for (Ring ring : destination) {
            if (ring.step == from.step && ring.window.contains(time)) {
                return !ring.blocked.contains(time);
            }
        }
        Ring ring = finestFor(time);
        if (ring == null) {
            return false;
        }
        long own = time - time % ring.step;
        if (ring.step > from.step) {
            return ring.after.containsKey(own);
        }
        long next = time + from.step;
        return ring.hasBetween(own, next - next % ring.step);
    }

    private static SortedMap<Long, Long> under(Map<Long, Long> points, long start, long span) {
        SortedMap<Long, Long> under = new TreeMap<>();
        points.forEach((time, bits) -> {
            if (time >= start && time < start + span) {
                under.put(time, bits);
            }
        });
        return under;
    }

    private static boolean meets(SortedMap<Long, Long> points, long slots, double xff) {
        return !points.isEmpty() && (double) points.size() / (double) slots >= xff;
    }

    private static double aggregate(Aggregation method, SortedMap<Long, Long> points, long slots) {
        double[] values =
                points.values().stream().mapToDouble(Double::longBitsToDouble).toArray();
        return method.aggregate(values, 0, values.length, (int) slots);
    }

    private static boolean equal(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(a) && Double.isNaN(b);
        }
        if (Double.isInfinite(a) || Double.isInfinite(b) || a == b) {
            return a == b;
        }
        return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)) <= 1e-9;
    }
}
