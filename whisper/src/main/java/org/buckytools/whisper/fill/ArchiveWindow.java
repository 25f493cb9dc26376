package org.buckytools.whisper.fill;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;

/**
 * An archive as one sees it at a given time: the slots of the times in (now - retention, now], in the order of time.
 *
 * <p>A <em>position</em> counts these slots from the oldest on; the ring's arithmetic maps it to a slot of the file. There are
 * as many positions as slots, or fewer if the window would reach back before time 0.
 */
final class ArchiveWindow {
    final ArchiveInfo info;
    final long step;
    final int points;
    /** The window begins behind this time, which may be negative. */
    final long oldest;
    /** The time of position 0. */
    final long first;
    /** Number of positions. */
    final int length;
    /** Whether the first slot is empty and so the archive, whatever else it holds. */
    final boolean empty;

    /** Ints in a point: one of the time and two of the value, the upper first. */
    private static final int WORDS = Point.BYTES / Integer.BYTES;

    private final long now;
    private final ByteBuffer bytes;
    private final int offset;

    /** Begins with the archive's content; null if there is no array for it. */
    private final int[] words;

    private final long base;
    private final int slotOfFirst;

    ArchiveWindow(WhisperImage image, ArchiveInfo info, long now, FillArrays arrays) {
        this.info = info;
        this.now = now;
        this.step = info.secondsPerPoint();
        this.points = info.points();
        this.bytes = image.bytes();
        this.offset = (int) info.offset();
        this.words = unpacked(arrays);
        this.oldest = now - info.retention();
        // Time 0 marks an empty slot, so it cannot be the time of a point.
        this.first = (Math.max(oldest, 0) / step + 1) * step;
        long last = now - now % step;
        this.length = last < first ? 0 : (int) ((last - first) / step + 1);
        this.base = storedTime(0);
        this.empty = base == 0;
        this.slotOfFirst = empty ? 0 : info.slot(base, first);
    }

    private int[] unpacked(FillArrays arrays) {
        int[] all = arrays.take((long) points * WORDS);
        if (all != null) {
            bytes.slice(offset, points * Point.BYTES)
                    .order(ByteOrder.BIG_ENDIAN)
                    .asIntBuffer()
                    .get(all, 0, points * WORDS);
        }
        return all;
    }

    /** The time stored in a slot of the file, whatever it is worth. */
    long storedTime(int slot) {
        if (words != null) {
            return Integer.toUnsignedLong(words[slot * WORDS]);
        }
        return bytes.getInt(offset + slot * Point.BYTES) & Point.MAX_TIME;
    }

    /** The value stored in a slot of the file, as raw bits, so that no comparison depends on what a number it is. */
    long storedBits(int slot) {
        if (words != null) {
            int at = slot * WORDS + 1;
            return ((long) words[at] << Integer.SIZE) | Integer.toUnsignedLong(words[at + 1]);
        }
        return bytes.getLong(offset + slot * Point.BYTES + Integer.BYTES);
    }

    /** The slot of a position. In an empty archive any slot will do, as {@link #holds} and {@link #isBlocked} know. */
    int slot(int position) {
        int slot = slotOfFirst + position;
        return slot >= points ? slot - points : slot;
    }

    long time(int position) {
        return first + position * step;
    }

    /** The position of an aligned time, in the window or not. */
    long position(long time) {
        return Math.floorDiv(time - first, step);
    }

    /** Whether an aligned time has a position. */
    boolean contains(long time) {
        return time >= first && time <= now;
    }

    long align(long time) {
        return time - time % step;
    }

    boolean holds(int position) {
        return !empty && storedTime(slot(position)) == time(position);
    }

    /** Whether the slot holds a later time than the position's, which nothing may overwrite. */
    boolean isBlocked(int position) {
        return !empty && storedTime(slot(position)) > time(position);
    }

    /** The value at a position that {@link #holds} one. */
    long bits(int position) {
        return storedBits(slot(position));
    }

    /** Number of points whose time has not come yet. */
    int countLaterThanNow() {
        if (empty) {
            return 0;
        }
        int later = 0;
        for (int slot = 0; slot < points; slot++) {
            long time = storedTime(slot);
            // What lies in a slot that is not its own is no point: nobody would find it there.
            if (time > now && time % step == 0 && info.slot(base, time) == slot) {
                later++;
            }
        }
        return later;
    }
}
