package org.buckytools.whisper.fill;

import static java.util.Comparator.comparingLong;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.whisper.Aggregation;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.Flock;
import org.buckytools.whisper.posix.OpenFlag;

/**
 * Gives a destination what a source has and it lacks.
 *
 * <p>An archive's window is (now - retention, now]. A slot is empty for a time if it holds 0 or an earlier time; a slot that
 * holds a later time is never overwritten. The destination's archives are gone through from the finest:
 *
 * <ol>
 *   <li>A point of the finest archive is never changed. An empty slot takes the source's point of the same step.
 *   <li>A coarser slot under which a slot of the next finer archive changed, and which that archive still covers whole, is
 *       looked at again: (a) are the merged finer points exactly the source's, its point is taken; (b) else a point that its
 *       own finer points did not aggregate to stays; (c) else it is aggregated if the xFilesFactor is met; (d) else rule 3.
 *   <li>Any other coarser slot keeps its point, else takes the source's of the same step.
 *   <li>Where the schemas differ, a slot still empty is aggregated from finer points of the source, and points that only the
 *       source's coarser archives have are written at their own time.
 * </ol>
 *
 * <p>Where these sentences leave a choice, it was made so that nothing is lost and the destination's own points stay:
 *
 * <ul>
 *   <li>In 2b, finer points too few for the xFilesFactor aggregate to nothing, so that the point stays.
 *   <li>In 2a with different aggregation methods, a point that the source's own finer points aggregate to is not taken but
 *       aggregated anew, with the destination's method; any other is taken as it is.
 *   <li>In rule 4, aggregated slots count as changed for rule 2; only those written at their own time do not. Such a point
 *       stands for the destination's slots from the one it starts in up to the one the next would start in, as far as they
 *       are not later than now.
 *   <li>A point of the source whose slot in the destination holds a later time is a point without a place, in any archive.
 *       So is one that is finer than what the destination keeps of its age, if the coarser slot has no point in the end.
 * </ul>
 *
 * <p>After a fill, a second one with the same source and time changes nothing. See {@code docs/fill.md} for examples.
 */
public final class Fill {
    /** Two values of a coarser slot that differ relatively by no more than this come from the same points: DESIGN, rule 2. */
    private static final double SAME_VALUE = 1e-9;

    /** After so many slots in a row that hold the same bytes in both files, the next ones are compared all at once. */
    private static final int WORTH_COMPARING = 4;

    private final Aggregation aggregation;
    private final double xFilesFactor;
    private final Aggregation sourceAggregation;
    private final double sourceXFilesFactor;
    private final boolean differentSchemas;
    private final boolean onlyAdds;
    private final List<ArchiveWindow> source;
    private final List<ArchiveFill> destination;
    private final FillArrays arrays;

    // Scratch for the points under one coarser slot.
    private double[] ownValues = {};
    private double[] mergedValues = {};

    private long withoutPlace;

    private Fill(WhisperImage source, WhisperImage destination, long now, boolean onlyAdds, FillArrays arrays) {
        arrays.begin();
        this.onlyAdds = onlyAdds;
        this.aggregation = destination.header().aggregation();
        // The stored float32, widened: what Python Whisper compares with.
        this.xFilesFactor = destination.header().xFilesFactor();
        this.sourceAggregation = source.header().aggregation();
        this.sourceXFilesFactor = source.header().xFilesFactor();
        this.source = windows(source, now, true, arrays);
        this.destination = windows(destination, now, false, arrays).stream()
                .map(window -> new ArchiveFill(window, sourceOfStep(window.step), arrays))
                .toList();
        this.arrays = arrays;
        this.differentSchemas = !schema(source.header()).equals(schema(destination.header()));
    }

    private static List<ArchiveInfo> finestFirst(WhisperHeader header) {
        List<ArchiveInfo> archives = new ArrayList<>(header.archives());
        archives.sort(comparingLong(ArchiveInfo::secondsPerPoint));
        return archives;
    }

    private static List<ArchiveWindow> windows(WhisperImage image, long now, boolean counts, FillArrays arrays) {
        return finestFirst(image.header()).stream()
                .map(archive -> new ArchiveWindow(image, archive, now, counts, arrays))
                .toList();
    }

    private static List<?> schema(WhisperHeader header) {
        return finestFirst(header).stream().map(ArchiveInfo::schema).toList();
    }

    /**
     * Computes what a fill would change. A pure function: neither image is changed, and the plan keeps neither, so that their
     * buffers can be used again.
     *
     * @param now seconds since the epoch; the later of the clocks of the hosts that source and destination come from
     */
    public static FillPlan plan(WhisperImage source, WhisperImage destination, long now) {
        return plan(source, destination, now, new FillArrays());
    }

    /**
     * As {@link #plan(WhisperImage, WhisperImage, long)}, with arrays that other fills have used before.
     *
     * @param arrays the plan is good until they are used for the next
     */
    public static FillPlan plan(WhisperImage source, WhisperImage destination, long now, FillArrays arrays) {
        return plan(source, destination, now, false, arrays);
    }

    /**
     * As {@link #plan(WhisperImage, WhisperImage, long)}, but no point that the destination has is changed in any archive: what is coarser is not aggregated anew
     * because of what came in below it. For a destination that already has the source's own points, whose schema is another.
     */
    public static FillPlan planAdding(WhisperImage source, WhisperImage destination, long now) {
        return plan(source, destination, now, true, new FillArrays());
    }

    private static FillPlan plan(
            WhisperImage source, WhisperImage destination, long now, boolean onlyAdds, FillArrays arrays) {
        if (now < 0 || now > Point.MAX_TIME) {
            throw new IllegalArgumentException("now is " + now + "; a Whisper file knows 0 to " + Point.MAX_TIME);
        }
        return new Fill(source, destination, now, onlyAdds, arrays).run();
    }

    /**
     * Fills an open file in place: reads it whole, plans, and writes what changes.
     *
     * @param destination open for writing; the caller holds an exclusive lock on the file, and syncs it if it wants the change
     *     durable
     * @throws IOException if the destination cannot be read as a standard Whisper file, in which case nothing was written, or
     *     if reading or writing failed; a fill that failed while writing leaves a valid file, and a second one completes it
     */
    public static FillReport fillLocked(WhisperImage source, Descriptor destination, long now) throws IOException {
        FillPlan plan = plan(source, WhisperImage.read(destination), now);
        plan.apply(destination);
        return plan.report();
    }

    /**
     * Fills one file from another, as both are at this moment. The source is read under a shared lock, which is gone before
     * the destination is locked, exclusively, until it is written: no two locks are held at once, so that two fills in
     * opposite directions cannot wait for each other.
     *
     * @param lockTimeout how long to wait for each of the locks
     * @param durable whether to wait until the changes are on the disk, as one must before the source is deleted
     * @throws IllegalArgumentException if both paths lead to one file
     * @throws IOException if one of the files is no standard Whisper file, or is compressed, or its lock was not to be had:
     *     then nothing was written; or if reading or writing failed, and then a second fill completes this one
     */
    public static FillReport fill(Path source, Path destination, long now, Duration lockTimeout, boolean durable)
            throws IOException {
        if (FileStatus.of(source).isSameFile(FileStatus.of(destination))) {
            throw new IllegalArgumentException(source + " and " + destination + " are the same file");
        }
        WhisperImage image;
        try (Flock lock = Flock.shared(source, lockTimeout)) {
            image = WhisperImage.read(lock.descriptor());
        }
        while (true) {
            try (Descriptor file = Descriptor.open(destination, OpenFlag.WRITE)) {
                file.lock(true, lockTimeout);
                // While we waited, another file may have taken the name; what we would fill then, nobody would see.
                if (!FileStatus.of(file).isSameFile(FileStatus.of(destination))) {
                    continue;
                }
                FillReport report = fillLocked(image, file, now);
                if (durable) {
                    // Also after a fill that changed nothing: the one that did may have crashed before this line.
                    file.syncData();
                }
                return report;
            }
        }
    }

    private FillPlan run() {
        ArchiveFill finer = null;
        for (ArchiveFill archive : destination) {
            fillFromSameStep(archive, finer);
            if (differentSchemas) {
                aggregateFromSource(archive);
                placeCoarserPoints(archive);
            }
            finer = archive;
        }
        if (differentSchemas) {
            countPointsWithoutPlace();
        }
        long taken = 0;
        long aggregated = 0;
        long placed = 0;
        for (ArchiveFill archive : destination) {
            taken += archive.count(ArchiveFill.TAKEN);
            aggregated += archive.count(ArchiveFill.AGGREGATED);
            placed += archive.count(ArchiveFill.PLACED);
        }
        long later = 0;
        for (ArchiveWindow archive : source) {
            later += archive.countLaterThanNow();
        }
        return new FillPlan(
                SlotWrites.of(destination, arrays), new FillReport(taken, aggregated, placed, withoutPlace, later));
    }

    private ArchiveWindow sourceOfStep(long step) {
        for (ArchiveWindow archive : source) {
            if (archive.step == step && !archive.empty) {
                return archive;
            }
        }
        return null;
    }

    /** Rules 1 to 3. */
    private void fillFromSameStep(ArchiveFill archive, ArchiveFill finer) {
        int done = 0;
        if (finer != null && finer.changes() > 0 && archive.window.step % finer.window.step == 0) {
            done = reconsider(archive, finer);
        }
        take(archive, done, archive.window.length);
    }

    /**
     * Rule 2, in the order of time, with what lies between by rule 3.
     *
     * @return the first position that was not dealt with
     */
    private int reconsider(ArchiveFill archive, ArchiveFill finer) {
        ArchiveWindow coarse = archive.window;
        ArchiveWindow fine = finer.window;
        int most = (int) Math.min(coarse.step / fine.step, fine.length);
        if (mergedValues.length < most) {
            mergedValues = new double[most];
            ownValues = new double[most];
        }
        long slots = coarse.step / fine.step;
        // Of the finer slot with which the first coarser one begins; it may lie before the window.
        long firstAt = fine.position(coarse.first);
        int done = 0;
        int position = finer.nextThatCountsForCoarser(0, fine.length);
        while (position < fine.length) {
            long coarser = Math.floorDiv(position - firstAt, slots);
            long from = firstAt + coarser * slots;
            if (coarser >= 0 && coarser < coarse.length && from >= 0) {
                int at = (int) coarser;
                take(archive, done, at);
                reconsiderSlot(archive, at, finer, (int) from, slots);
                done = at + 1;
            }
            position = finer.nextThatCountsForCoarser((int) Math.min(fine.length, from + slots), fine.length);
        }
        return done;
    }

    private void reconsiderSlot(ArchiveFill archive, int at, ArchiveFill finer, int from, long slots) {
        ArchiveWindow coarse = archive.window;
        ArchiveWindow fine = finer.window;
        ArchiveWindow same = archive.same;
        long sourceAt = at + archive.toSame;
        boolean sourceHolds = same != null && sourceAt >= 0 && sourceAt < same.length && same.holds((int) sourceAt);
        archive.setUncertain(at);
        if (coarse.isBlocked(at)) {
            withoutPlace += sourceHolds ? 1 : 0;
            return;
        }
        boolean holds = coarse.holds(at);
        if (holds && onlyAdds) {
            return;
        }
        int to = (int) Math.min(fine.length, from + slots);
        if (sourceHolds
                && isMergedExactlySource(finer, from, to)
                && !isAggregatedOtherwise(same.bits((int) sourceAt), finer, from, to, slots)) {
            // 2a
            if (!holds || coarse.bits(at) != same.bits((int) sourceAt)) {
                archive.take(at);
                archive.replaced += holds ? 1 : 0;
            }
            return;
        }
        if (holds && !isOwnAggregate(coarse.bits(at), fine, from, to, slots)) {
            // 2b: it came from points that are no longer there, and it stays.
            return;
        }
        int merged = collectMerged(finer, from, to);
        if (isMet(xFilesFactor, merged, slots)) {
            // 2c; not-a-number in one form only, so that the same points always give the same bytes.
            long bits = Double.doubleToLongBits(aggregate(mergedValues, merged, slots));
            if (!holds || coarse.bits(at) != bits) {
                archive.change(at, bits, ArchiveFill.AGGREGATED);
                archive.replaced += holds ? 1 : 0;
            }
        } else if (!holds && sourceHolds) {
            // 2d
            archive.take(at);
        }
    }

    /** Whether the finer points under a slot, when the fill is done, are those of the source, no more and no less. */
    private static boolean isMergedExactlySource(ArchiveFill finer, int from, int to) {
        ArchiveWindow same = finer.same;
        if (same == null) {
            return false;
        }
        for (int position = finer.nextUncertain(from, to);
                position < to;
                position = finer.nextUncertain(position + 1, to)) {
            long there = position + finer.toSame;
            boolean sourceKnows = there >= 0 && there < same.length && same.holds((int) there);
            if (sourceKnows != finer.holdsAfter(position)
                    || (sourceKnows && same.bits((int) there) != finer.bitsAfter(position))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a coarser point of the destination is what its finer points, as they were, aggregate to. */
    private boolean isOwnAggregate(long bits, ArchiveWindow fine, int from, int to, long slots) {
        int own = 0;
        if (!fine.empty) {
            int[] words = fine.words();
            int step = (int) fine.step;
            int time = (int) fine.time(from);
            int slot = fine.slot(from);
            for (int position = from; position < to; position++) {
                int at = fine.unpack(slot);
                if (words[at] == ArchiveWindow.raw(time)) {
                    ownValues[own++] = Double.longBitsToDouble(fine.bitsAt(at));
                }
                slot = fine.next(slot);
                time += step;
            }
        }
        return isMet(xFilesFactor, own, slots)
                && isSame(aggregate(ownValues, own, slots), Double.longBitsToDouble(bits));
    }

    /** Puts the finer points under a slot, as they are when the fill is done, into the scratch array; returns their number. */
    private int collectMerged(ArchiveFill finer, int from, int to) {
        int merged = 0;
        for (int position = from; position < to; position++) {
            if (finer.holdsAfter(position)) {
                mergedValues[merged++] = Double.longBitsToDouble(finer.bitsAfter(position));
            }
        }
        return merged;
    }

    /** Whether a point of the source is what its finer points, the merged ones, make by a method that is not ours. */
    private boolean isAggregatedOtherwise(long sourceBits, ArchiveFill finer, int from, int to, long slots) {
        if (sourceAggregation == aggregation) {
            return false;
        }
        int merged = collectMerged(finer, from, to);
        return isMet(sourceXFilesFactor, merged, slots)
                && isMet(xFilesFactor, merged, slots)
                && isSame(
                        sourceAggregation.aggregate(mergedValues, 0, merged, slotCount(slots)),
                        Double.longBitsToDouble(sourceBits));
    }

    private static double value(ArchiveWindow window, int position) {
        return Double.longBitsToDouble(window.bits(position));
    }

    private static boolean isMet(double xFilesFactor, int known, long slots) {
        return known > 0 && (double) known / slots >= xFilesFactor;
    }

    private double aggregate(double[] known, int count, long slots) {
        return aggregation.aggregate(known, 0, count, slotCount(slots));
    }

    // Two billion slots under one occur in hostile headers only.
    private static int slotCount(long slots) {
        return (int) Math.min(slots, Integer.MAX_VALUE);
    }

    private static boolean isSame(double a, double b) {
        if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
            return true;
        }
        if (Double.isInfinite(a) || Double.isInfinite(b)) {
            return false;
        }
        // False for a number and not-a-number.
        return Math.abs(a - b) <= SAME_VALUE * Math.max(Math.abs(a), Math.abs(b));
    }

    /** Rules 1 and 3: what the destination lacks is taken as it is. */
    private void take(ArchiveFill archive, int from, int to) {
        ArchiveWindow same = archive.same;
        if (same == null) {
            return;
        }
        ArchiveWindow window = archive.window;
        int position = (int) Math.max(from, -archive.toSame);
        int end = (int) Math.min(to, same.length - archive.toSame);
        if (position >= end) {
            return;
        }
        int slot = window.slot(position);
        int sourceSlot = same.slot((int) (position + archive.toSame));
        while (position < end) {
            int count = Math.min(end - position, Math.min(window.slotsInBlock(slot), same.slotsInBlock(sourceSlot)));
            takeRun(archive, position, slot, sourceSlot, count);
            position += count;
            slot = slot + count == window.points ? 0 : slot + count;
            sourceSlot = sourceSlot + count == same.points ? 0 : sourceSlot + count;
        }
    }

    /** The loop that a fill spends its time in: slots in a row, of one block of either archive. */
    private void takeRun(ArchiveFill archive, int position, int slot, int sourceSlot, int count) {
        ArchiveWindow window = archive.window;
        int at = window.unpack(slot);
        int sourceAt = archive.same.unpack(sourceSlot);
        int[] words = window.words();
        int[] sourceWords = archive.same.words();
        boolean empty = window.empty;
        int step = (int) window.step;
        int time = (int) window.time(position);
        int taken = 0;
        boolean overwriting = false;
        // Copies of one metric agree for the most part.
        int alike = WORTH_COMPARING;
        int done = 0;
        while (done < count) {
            int here = words[at];
            int there = sourceWords[sourceAt];
            int expected = ArchiveWindow.raw(time);
            int passed = 1;
            boolean takes = false;
            if (here == there
                    && words[at + 1] == sourceWords[sourceAt + 1]
                    && words[at + 2] == sourceWords[sourceAt + 2]
                    && !empty) {
                passed = alike < WORTH_COMPARING ? 1 : window.sameSlots(at, archive.same, sourceAt, count - done);
                alike++;
            } else {
                alike = 0;
                if (there == expected) {
                    takes = here == 0 || empty || Integer.compareUnsigned(ArchiveWindow.raw(here), time) < 0;
                    if (!takes) {
                        withoutPlace += here == expected ? 0 : 1;
                        archive.setUncertain(position + done);
                    }
                } else if (here == expected && !empty) {
                    archive.setUncertain(position + done);
                }
            }
            if (takes) {
                taken++;
                overwriting |= here != 0;
            } else if (taken > 0) {
                archive.take(position + done - taken, position + done, overwriting);
                taken = 0;
                overwriting = false;
            }
            done += passed;
            at += passed * ArchiveWindow.WORDS;
            sourceAt += passed * ArchiveWindow.WORDS;
            time += passed * step;
        }
        if (taken > 0) {
            archive.take(position + done - taken, position + done, overwriting);
        }
    }

    /** Rule 4, first sentence: what is still empty is aggregated from the source's finer points. */
    private void aggregateFromSource(ArchiveFill archive) {
        ArchiveWindow window = archive.window;
        List<ArchiveWindow> finer = source.stream()
                .filter(each -> each.step < window.step && window.step % each.step == 0)
                .sorted(comparingLong((ArchiveWindow each) -> each.step).reversed())
                .toList();
        if (finer.isEmpty()) {
            return;
        }
        for (int position = 0; position < window.length; position++) {
            if (archive.holdsAfter(position) || window.isBlocked(position)) {
                continue;
            }
            long start = window.time(position);
            for (ArchiveWindow nearest : finer) {
                if (start > nearest.oldest) {
                    aggregateFrom(nearest, archive, position);
                    break;
                }
            }
        }
    }

    private void aggregateFrom(ArchiveWindow fine, ArchiveFill archive, int at) {
        long slots = archive.window.step / fine.step;
        int from = (int) fine.position(archive.window.time(at));
        int to = (int) Math.min(fine.length, from + slots);
        if (mergedValues.length < to - from) {
            mergedValues = new double[to - from];
            ownValues = new double[to - from];
        }
        int known = 0;
        for (int position = from; position < to; position++) {
            if (fine.holds(position)) {
                mergedValues[known++] = value(fine, position);
            }
        }
        if (isMet(xFilesFactor, known, slots)) {
            long bits = Double.doubleToLongBits(aggregate(mergedValues, known, slots));
            archive.change(at, bits, ArchiveFill.AGGREGATED);
        }
    }

    /** Rule 4, second sentence: where the source has only coarser points, each is written at its own time. */
    private void placeCoarserPoints(ArchiveFill archive) {
        ArchiveWindow window = archive.window;
        // From the finest: a coarser point of the source then finds what a finer one has left there.
        for (ArchiveWindow coarse : source) {
            if (coarse.step <= window.step || coarse.empty) {
                continue;
            }
            for (int position = 0; position < coarse.length; position++) {
                long time = coarse.time(position);
                if (coarse.holds(position) && finestCovering(time) == archive) {
                    int at = (int) window.position(window.align(time));
                    if (!window.isBlocked(at) && !holdsAnyAfter(archive, time, coarse.step)) {
                        archive.change(at, coarse.bits(position), ArchiveFill.PLACED);
                    }
                }
            }
        }
    }

    /** The archive that a point of this time would be written to, as Whisper does; null if none reaches back so far. */
    private ArchiveFill finestCovering(long time) {
        for (ArchiveFill archive : destination) {
            if (archive.window.contains(archive.window.align(time))) {
                return archive;
            }
        }
        return null;
    }

    /**
     * Whether the destination has a point in the span that a point of the source stands for. Spans of neighbours share no
     * slot, even where steps do not divide each other: else it would matter which of two was written first.
     */
    private static boolean holdsAnyAfter(ArchiveFill archive, long time, long span) {
        ArchiveWindow window = archive.window;
        int position = (int) window.position(window.align(time));
        int end = (int) Math.min(window.length, window.position(window.align(time + span)));
        for (; position < end; position++) {
            if (archive.holdsAfter(position)) {
                return true;
            }
        }
        return false;
    }

    private void countPointsWithoutPlace() {
        for (ArchiveWindow archive : source) {
            if (archive.empty) {
                continue;
            }
            for (int position = 0; position < archive.length; position++) {
                if (archive.holds(position) && !hasPlace(archive.time(position), archive.step)) {
                    withoutPlace++;
                }
            }
        }
    }

    private boolean hasPlace(long time, long step) {
        for (ArchiveFill archive : destination) {
            if (archive.window.step == step && archive.window.contains(time)) {
                // Dealt with by rules 1 to 3, and counted there if its slot was not free.
                return true;
            }
        }
        ArchiveFill archive = finestCovering(time);
        if (archive == null) {
            return false;
        }
        if (archive.window.step < step) {
            return holdsAnyAfter(archive, time, step);
        }
        return archive.holdsAfter((int) archive.window.position(archive.window.align(time)));
    }
}
