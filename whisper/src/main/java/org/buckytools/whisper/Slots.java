package org.buckytools.whisper;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Some slots in a row of an archive's ring, as the file holds them. */
final class Slots {
    private final long[] times;
    private final double[] values;

    private Slots(int count) {
        times = new long[count];
        values = new double[count];
    }

    /** Reads slots from {@code first} up to {@code end}, around the ring if that is not behind {@code first}. */
    static Slots read(FileChannel channel, ArchiveInfo archive, int first, int end, String file) throws IOException {
        if (first < end) {
            Slots slots = new Slots(end - first);
            SlotIo.read(channel, archive, first, end - first, slots.times, slots.values, 0, file);
            return slots;
        }
        int untilWrap = archive.points() - first;
        Slots slots = new Slots(untilWrap + end);
        SlotIo.read(channel, archive, first, untilWrap, slots.times, slots.values, 0, file);
        SlotIo.read(channel, archive, 0, end, slots.times, slots.values, untilWrap, file);
        return slots;
    }

    int count() {
        return times.length;
    }

    long time(int index) {
        return times[index];
    }

    double value(int index) {
        return values[index];
    }
}
