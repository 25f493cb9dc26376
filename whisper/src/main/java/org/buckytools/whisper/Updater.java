package org.buckytools.whisper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Writes points into a file and propagates them, leaving the bytes that Python Whisper 1.1 leaves.
 *
 * <p>One difference: a run of more points in a row than the archive has slots, which takes points in the future, makes Python
 * write on beyond the archive into the next one; here it goes around the ring, and the newest points stay.
 */
final class Updater {
    private final FileChannel channel;
    private final WhisperHeader header;
    private final String file;

    Updater(FileChannel channel, WhisperHeader header, String file) {
        this.channel = channel;
        this.header = header;
        this.file = file;
    }

    void update(Point point, long now) throws IOException {
        List<ArchiveInfo> archives = header.archives();
        long age = now - point.time();
        int finest = 0;
        while (finest < archives.size() && archives.get(finest).retention() < age) {
            finest++;
        }
        if (age < 0 || age >= header.maxRetention() || finest == archives.size()) {
            throw new IllegalArgumentException(file + " holds no point for time " + point.time() + ", " + age
                    + " seconds before now; it keeps 0 to " + (header.maxRetention() - 1));
        }
        ArchiveInfo archive = archives.get(finest);
        long interval = archive.align(point.time());
        writePoint(archive, interval, point.value());
        ArchiveInfo higher = archive;
        for (ArchiveInfo lower : archives.subList(finest + 1, archives.size())) {
            if (!propagate(interval, higher, lower)) {
                return;
            }
            higher = lower;
        }
    }

    void updateMany(Collection<Point> points, long now) throws IOException {
        // Python sorts newest first, stably, and turns each archive's share around: of two points of one second, the
        // one
        // given first comes last, and stays.
        List<Point> newestFirst = new ArrayList<>(points);
        newestFirst.sort(Comparator.comparingLong(Point::time).reversed());
        int next = 0;
        for (ArchiveInfo archive : header.archives()) {
            int end = next;
            while (end < newestFirst.size() && now - newestFirst.get(end).time() <= archive.retention()) {
                end++;
            }
            if (end > next) {
                updateArchive(archive, newestFirst.subList(next, end).reversed());
            }
            next = end;
        }
    }

    private void updateArchive(ArchiveInfo archive, List<Point> points) throws IOException {
        long[] intervals =
                points.stream().mapToLong(point -> archive.align(point.time())).toArray();
        long[] times = new long[intervals.length];
        double[] values = new double[intervals.length];
        int count = 0;
        for (int i = 0; i < intervals.length; i++) {
            // Of points in one interval, the newest counts.
            if (i + 1 == intervals.length || intervals[i] != intervals[i + 1]) {
                times[count] = intervals[i];
                values[count] = points.get(i).value();
                count++;
            }
        }
        writeRuns(archive, times, values, count);

        ArchiveInfo higher = archive;
        for (ArchiveInfo lower : header.archives()) {
            if (lower.secondsPerPoint() <= archive.secondsPerPoint()) {
                continue;
            }
            for (int i = 0; i < times.length; i++) {
                times[i] = lower.align(intervals[i]);
            }
            boolean propagated = false;
            for (long interval : SetOrder.of(times)) {
                propagated |= propagate(interval, higher, lower);
            }
            if (!propagated) {
                return;
            }
            higher = lower;
        }
    }

    /** Writes points that lie one step from each other together. */
    private void writeRuns(ArchiveInfo archive, long[] times, double[] values, int count) throws IOException {
        long step = archive.secondsPerPoint();
        long base = readBase(archive);
        int first = 0;
        for (int i = 1; i <= count; i++) {
            // Python takes an interval of 0 for "no interval yet", so what follows it belongs to its run in any case.
            if (i < count && (times[i] == times[i - 1] + step || times[i - 1] == 0)) {
                continue;
            }
            long start = times[i - 1] - step * (i - 1 - first);
            if (base == 0 && first == 0) {
                base = start;
            }
            int excess = Math.max(0, i - first - archive.points());
            writeRun(archive, archive.slot(base, start + step * excess), times, values, first + excess, i);
            first = i;
        }
    }

    private void writeRun(ArchiveInfo archive, int slot, long[] times, double[] values, int first, int end)
            throws IOException {
        int untilWrap = Math.min(end, first + (archive.points() - slot));
        SlotIo.write(channel, archive, slot, untilWrap - first, times, values, first);
        SlotIo.write(channel, archive, 0, end - untilWrap, times, values, untilWrap);
    }

    /** Condenses the points of {@code higher} under one slot of {@code lower} into it; false if too few are known. */
    private boolean propagate(long time, ArchiveInfo higher, ArchiveInfo lower) throws IOException {
        long start = lower.align(time);
        long base = readBase(higher);
        int first = base == 0 ? 0 : higher.slot(base, start);
        Slots slots = Slots.read(
                channel,
                higher,
                first,
                (int) ((first + lower.secondsPerPoint() / higher.secondsPerPoint()) % higher.points()),
                file);
        double[] known = new double[slots.count()];
        int knownCount = 0;
        for (int i = 0; i < slots.count(); i++) {
            if (slots.time(i) == start + i * higher.secondsPerPoint()) {
                known[knownCount] = slots.value(i);
                knownCount++;
            }
        }
        if (knownCount == 0 || (double) knownCount / slots.count() < header.xFilesFactor()) {
            return false;
        }
        writePoint(lower, start, header.aggregation().aggregate(known, 0, knownCount, slots.count()));
        return true;
    }

    private void writePoint(ArchiveInfo archive, long interval, double value) throws IOException {
        long base = readBase(archive);
        int slot = base == 0 ? 0 : archive.slot(base, interval);
        ByteBuffer point = ByteBuffer.allocate(Point.BYTES);
        point.putInt((int) interval).putDouble(value);
        SlotIo.writeFully(channel, point.flip(), archive.pointOffset(slot));
    }

    private long readBase(ArchiveInfo archive) throws IOException {
        return SlotIo.readBase(channel, archive, file);
    }
}
