package org.buckytools.whisper.fill;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;

/**
 * An archive as one sees it at a given time: the slots of the times in (now - retention, now], in the order of time.
 *
 * <p>A <em>position</em> counts these slots from the oldest on; the ring's arithmetic maps it to a slot of the file. There are
 * as many positions as slots, or fewer if the window would reach back before time 0.
 *
 * <p>Slots are copied into an array a block at a time, as they are come to: where code is compiled quickly rather than well, an
 * array is read many times faster than a buffer. A fill goes through each archive in the order of time, so each block is copied a
 * few times at most.
 *
 * <p>The words of a block are <em>raw</em>: they have the bytes of the file in the file's order, whatever the machine's is.
 * Most of them are only compared with others, or stored again, for which they need not be turned round.
 */
final class ArchiveWindow {
    /** Ints in a point: one of the time and two of the value, the upper first. */
    static final int WORDS = Point.BYTES / Integer.BYTES;

    private static final boolean TURNED = ByteOrder.nativeOrder() != ByteOrder.BIG_ENDIAN;

    /** A power of two; a block of every archive of two files fits the cache next to the processor. */
    private static final int BLOCK_SLOTS = 1024;

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

    private final long now;
    private final IntBuffer packed;

    /** The slots from {@link #blockFirst} on, to the end of the block or the archive. */
    private final int[] block;

    private int blockFirst = -1;

    /** The blocks in which points later than now were counted, which is done when they are first come to; null if none is to be. */
    private final boolean[] counted;

    private int later;

    /** The two upper bytes of now. */
    private final int nowUpper;

    private final long base;
    private final int slotOfFirst;

    /** @param counts whether {@link #countLaterThanNow} will be asked for */
    ArchiveWindow(WhisperImage image, ArchiveInfo info, long now, boolean counts, FillArrays arrays) {
        this.info = info;
        this.now = now;
        this.step = info.secondsPerPoint();
        this.points = info.points();
        this.packed = image.bytes()
                .slice((int) info.offset(), (int) info.size())
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
        this.block = arrays.ints(Math.min(points, BLOCK_SLOTS) * WORDS);
        this.oldest = now - info.retention();
        // Time 0 marks an empty slot, so it cannot be the time of a point.
        this.first = (Math.max(oldest, 0) / step + 1) * step;
        long last = now - now % step;
        this.length = last < first ? 0 : (int) ((last - first) / step + 1);
        this.base = Integer.toUnsignedLong(raw(packed.get(0)));
        this.empty = base == 0;
        this.counted = counts && !empty ? new boolean[Math.ceilDiv(points, BLOCK_SLOTS)] : null;
        this.slotOfFirst = empty ? 0 : info.slot(base, first);
        this.nowUpper = (int) (now >>> Short.SIZE);
    }

    /** The raw form of a number, or the number of a raw form. */
    static int raw(int number) {
        return TURNED ? Integer.reverseBytes(number) : number;
    }

    /** Where a slot's words begin in {@link #words}, after it was made sure that they are there. Short, so that it is inlined. */
    int unpack(int slot) {
        if ((slot & -BLOCK_SLOTS) != blockFirst) {
            unpackBlock(slot);
        }
        return (slot - blockFirst) * WORDS;
    }

    private void unpackBlock(int slot) {
        blockFirst = slot & -BLOCK_SLOTS;
        packed.get(blockFirst * WORDS, block, 0, slotsInBlock(blockFirst) * WORDS);
        if (counted != null && !counted[blockFirst / BLOCK_SLOTS]) {
            countLaterInBlock();
        }
    }

    /** The raw words of the block that was unpacked last. */
    int[] words() {
        return block;
    }

    /** How many slots follow from this one on, itself counted, that are in its block and not beyond the ring's end. */
    int slotsInBlock(int slot) {
        return Math.min(BLOCK_SLOTS - slot % BLOCK_SLOTS, points - slot);
    }

    /**
     * How many slots hold the same bytes as those of another archive.
     *
     * @param at where the first one's words begin in {@link #words}
     * @param otherAt where they begin in the other archive's
     * @param count of slots to be compared; in both archives they are in the block that was unpacked last
     */
    int sameSlots(int at, ArchiveWindow other, int otherAt, int count) {
        int length = count * WORDS;
        int mismatch = Arrays.mismatch(block, at, at + length, other.block, otherAt, otherAt + length);
        return mismatch < 0 ? count : mismatch / WORDS;
    }

    /** The slot of the position behind that of another slot. */
    int next(int slot) {
        return slot + 1 == points ? 0 : slot + 1;
    }

    /** The value of a slot whose words begin at {@code at}, as raw bits. */
    long bitsAt(int at) {
        return ((long) raw(block[at + 1]) << Integer.SIZE) | Integer.toUnsignedLong(raw(block[at + 2]));
    }

    /** The time stored in a slot of the file, whatever it is worth. */
    long storedTime(int slot) {
        return Integer.toUnsignedLong(raw(block[unpack(slot)]));
    }

    /** The value stored in a slot of the file, as raw bits, so that no comparison depends on what a number it is. */
    long storedBits(int slot) {
        return bitsAt(unpack(slot));
    }

    /** The slot of a position. In an empty archive any slot will do, as {@link #holds} and {@link #isBlocked} know. */
    int slot(int position) {
        int slot = slotOfFirst + position;
        return slot >= points ? slot - points : slot;
    }

    /** The position of a slot, at least {@link #length} if its next time is still to come. Not of an empty archive. */
    int positionOfSlot(int slot) {
        return slot < slotOfFirst ? slot - slotOfFirst + points : slot - slotOfFirst;
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
        return !empty && block[unpack(slot(position))] == raw((int) time(position));
    }

    /** Whether the slot holds a later time than the position's, which nothing may overwrite. */
    boolean isBlocked(int position) {
        return !empty && storedTime(slot(position)) > time(position);
    }

    /** The value at a position that {@link #holds} one. */
    long bits(int position) {
        return storedBits(slot(position));
    }

    /** Number of points whose time has not come yet. Only of an archive that was made to count them. */
    int countLaterThanNow() {
        if (empty) {
            return 0;
        }
        for (int from = 0; from < points; from += BLOCK_SLOTS) {
            if (!counted[from / BLOCK_SLOTS]) {
                unpack(from);
            }
        }
        return later;
    }

    private void countLaterInBlock() {
        int[] words = block;
        int count = slotsInBlock(blockFirst);
        int upper = nowUpper;
        for (int i = 0, at = 0; i < count; i++, at += WORDS) {
            // By two bytes first: this is done for every slot of the source, and nearly all are of earlier days.
            if (upperHalf(words[at]) >= upper) {
                countIfLater(blockFirst + i, Integer.toUnsignedLong(raw(words[at])));
            }
        }
        counted[blockFirst / BLOCK_SLOTS] = true;
    }

    /** The two upper bytes of the number that a raw word is. */
    private static int upperHalf(int word) {
        return TURNED ? (word & 0xff) << Byte.SIZE | (word >>> Byte.SIZE & 0xff) : word >>> Short.SIZE;
    }

    private void countIfLater(int slot, long time) {
        // What lies in a slot that is not its own is no point: nobody would find it there.
        later += time > now && time % step == 0 && info.slot(base, time) == slot ? 1 : 0;
    }
}
