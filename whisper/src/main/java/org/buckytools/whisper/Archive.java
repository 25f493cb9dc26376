package org.buckytools.whisper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * All slots of one archive in memory, in the order of the file: the time and the value each slot holds.
 *
 * <p>A slot with time 0 is empty. A slot belongs to a time by arithmetic ({@link #slotOf}); it has a point for that time
 * only if exactly that time is stored in it. An archive whose first slot is empty is empty as a whole, whatever the others
 * hold. Not safe for use by several threads.
 */
public final class Archive {
    private final ArchiveInfo info;
    private final long[] times;
    private final double[] values;

    private Archive(ArchiveInfo info) {
        this.info = info;
        this.times = new long[info.points()];
        this.values = new double[info.points()];
    }

    /** An archive in which every slot is empty. */
    public static Archive empty(ArchiveInfo info) {
        return new Archive(info);
    }

    /**
     * Takes an archive out of bytes.
     *
     * @param buffer the archive's bytes, {@link ArchiveInfo#size} of them, from the buffer's position, which moves behind
     *     them
     */
    public static Archive decode(ByteBuffer buffer, ArchiveInfo info) {
        Archive archive = new Archive(info);
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.BIG_ENDIAN);
        for (int slot = 0; slot < info.points(); slot++) {
            archive.times[slot] = Integer.toUnsignedLong(buffer.getInt());
            archive.values[slot] = buffer.getDouble();
        }
        buffer.order(order);
        return archive;
    }

    /**
     * Reads an archive.
     *
     * @param info from the header of this very file, checked against its length
     * @param file what error messages call the file
     */
    public static Archive read(FileChannel channel, ArchiveInfo info, String file) throws IOException {
        Archive archive = new Archive(info);
        SlotIo.read(channel, info, 0, info.points(), archive.times, archive.values, 0, file);
        return archive;
    }

    /**
     * Puts slots as the file holds them, {@link Point#BYTES} each, from the buffer's position.
     *
     * @param first slot, and {@code count} without wrapping: {@code first + count} is at most the number of points
     */
    public void encode(ByteBuffer buffer, int first, int count) {
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.BIG_ENDIAN);
        for (int slot = first; slot < first + count; slot++) {
            buffer.putInt((int) times[slot]).putDouble(values[slot]);
        }
        buffer.order(order);
    }

    /** Writes the whole archive to its place in the file. */
    public void write(FileChannel channel) throws IOException {
        write(channel, 0, info.points());
    }

    /**
     * Writes some slots to their place in the file.
     *
     * @param first slot, and {@code count} without wrapping
     */
    public void write(FileChannel channel, int first, int count) throws IOException {
        SlotIo.write(channel, info, first, count, times, values, first);
    }

    public ArchiveInfo info() {
        return info;
    }

    /** Whether the first slot, and with it the archive, is empty. */
    public boolean isEmpty() {
        return times[0] == 0;
    }

    /** The time in the first slot, from which all slots are counted; 0 in an empty archive. */
    public long base() {
        return times[0];
    }

    /**
     * The slot that {@code time} falls in. Only for an archive that is not empty.
     *
     * @param time need not be aligned
     */
    public int slotOf(long time) {
        return info.slot(base(), info.align(time));
    }

    /** Whether there is a point for the interval that starts at {@code time}, which is aligned. */
    public boolean holds(long time) {
        return !isEmpty() && time != 0 && times[slotOf(time)] == time;
    }

    /** The time stored in a slot, 0 if it is empty. */
    public long timeAt(int slot) {
        return times[slot];
    }

    public double valueAt(int slot) {
        return values[slot];
    }

    /** Puts a point into a slot, in memory only. */
    public void set(int slot, long time, double value) {
        times[slot] = time;
        values[slot] = value;
    }

    /** The times of all slots: the array itself, not a copy, for loops over millions of slots. */
    public long[] times() {
        return times;
    }

    /** The values of all slots: the array itself, not a copy, for loops over millions of slots. */
    public double[] values() {
        return values;
    }
}
