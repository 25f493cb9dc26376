package org.buckytools.whisper.reshape;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;

/** An archive in the memory of a whole file. */
final class Ring {
    final ArchiveInfo info;
    final long step;

    private final ByteBuffer file;
    private final int offset;

    /** @param file from 0, big-endian */
    Ring(ByteBuffer file, ArchiveInfo info) {
        this.file = file;
        this.info = info;
        this.step = info.secondsPerPoint();
        this.offset = (int) info.offset();
    }

    /** The time of the first slot; 0 in an empty archive. */
    private long base() {
        return storedTime(0);
    }

    boolean isEmpty() {
        return base() == 0;
    }

    long storedTime(int slot) {
        return file.getInt(offset + slot * Point.BYTES) & Point.MAX_TIME;
    }

    /** The value's raw bits. */
    long storedBits(int slot) {
        return file.getLong(offset + slot * Point.BYTES + Integer.BYTES);
    }

    void setBits(int slot, long bits) {
        file.putLong(offset + slot * Point.BYTES + Integer.BYTES, bits);
    }

    /** The slot of an aligned time in an archive that is not empty. */
    int slot(long time) {
        return info.slot(base(), time);
    }

    /** Whether a slot holds a point, and not what nobody would find there. */
    boolean isPoint(int slot) {
        long time = storedTime(slot);
        return time != 0 && time % step == 0 && !isEmpty() && slot(time) == slot;
    }

    boolean holds(long time) {
        return time != 0 && !isEmpty() && storedTime(slot(time)) == time;
    }

    /** The value's bits at a time that this {@link #holds}. */
    long bits(long time) {
        return storedBits(slot(time));
    }

    long align(long time) {
        return time - time % step;
    }

    /** Whether this reaches back to an aligned time, which may be later than now. */
    boolean covers(long time, long now) {
        return time > Math.max(0, now - info.retention());
    }

    /** The times of all points after a time, in order. */
    long[] timesAfter(long time) {
        long[] times = new long[info.points()];
        int count = 0;
        for (int slot = 0; slot < info.points(); slot++) {
            if (storedTime(slot) > time && isPoint(slot)) {
                times[count++] = storedTime(slot);
            }
        }
        times = Arrays.copyOf(times, count);
        Arrays.sort(times);
        return times;
    }

    /**
     * Puts a point where there is none: a slot with an earlier time is free if that is no point at {@code now}.
     *
     * @param time aligned, and not 0
     * @return false if the slot is taken, by a later time or by a point
     */
    boolean add(long time, long bits, long now) {
        int slot = 0;
        if (!isEmpty()) {
            slot = slot(time);
            long stored = storedTime(slot);
            if (stored >= time || (stored != 0 && covers(stored, now) && isPoint(slot))) {
                return false;
            }
        }
        file.putInt(offset + slot * Point.BYTES, (int) time);
        setBits(slot, bits);
        return true;
    }

    /** Takes over the bytes of an archive of the same size. */
    void copy(Ring other) {
        file.put(offset, other.file, other.offset, (int) info.size());
    }
}
