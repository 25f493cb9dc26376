package org.buckytools.whisper.fill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.buckytools.whisper.Point;

/**
 * The writes of a fill, in an order in which a crash leaves a valid file at any point.
 *
 * <ul>
 *   <li>The coarsest archive comes first. As long as a finer slot is not written, a second fill finds it and looks at the
 *       slot above again.
 *   <li>An archive that was empty gets its first slot, the base, first: without it, all others hold nothing. What an
 *       earlier life has left in its slots would come alive at that moment, or block a slot with a later time; so those
 *       times are set to 0 before.
 *   <li>A process that is killed during {@code write(2)} may leave the part up to a page boundary written. So no write
 *       crosses one, and a run of slots is written from its last page to its first: a slot that lies on a boundary gets its
 *       time, at its front, last, and until then it is as empty as before. If its time is there already and the value
 *       itself lies on the boundary, the slot is emptied first.
 * </ul>
 */
final class SlotWrites {
    /** Receives the pieces, none of which crosses the boundary of a page. */
    @FunctionalInterface
    interface Sink {
        /** Takes all remaining bytes before it returns. */
        void write(ByteBuffer bytes, long offset) throws IOException;
    }

    /** The smallest page of any platform; a larger one is a multiple. */
    static final int PAGE = 4096;

    private static final int TIME_BYTES = Integer.BYTES;

    private ByteBuffer out;
    private long[] offsets = new long[16];
    private int[] lengths = new int[16];
    private int count;
    // Whether the next slot may join the last write.
    private boolean open;

    private SlotWrites(int slots) {
        out = ByteBuffer.allocate(Math.multiplyExact(slots, Point.BYTES));
    }

    /** @param archives finest first */
    static SlotWrites of(List<ArchiveFill> archives) {
        int slots = 0;
        for (ArchiveFill archive : archives) {
            slots = Math.addExact(slots, archive.changes());
        }
        SlotWrites writes = new SlotWrites(slots);
        for (ArchiveFill archive : archives.reversed()) {
            if (archive.changes() == 0) {
                continue;
            }
            writes.open = false;
            if (archive.window.empty) {
                writes.addToEmpty(archive);
            } else {
                writes.addTo(archive);
            }
        }
        return writes;
    }

    private void addTo(ArchiveFill archive) {
        ArchiveWindow window = archive.window;
        int length = window.length;
        for (int position = 0; archive.replaced > 0 && position < length; position++) {
            if (archive.isChanged(position) && isValueCutByPage(window, position) && window.holds(position)) {
                empty(window, position);
            }
        }
        // In the order of the file: the newest positions may lie in front of the oldest.
        int wrapped = Math.min(length, window.points - window.slot(0));
        addRange(archive, wrapped, length, 0);
        addRange(archive, 0, wrapped, window.slot(0));
    }

    private static boolean isValueCutByPage(ArchiveWindow window, int position) {
        long value = window.info.pointOffset(window.slot(position)) + TIME_BYTES;
        return value / PAGE != (value + Double.BYTES - 1) / PAGE;
    }

    private void empty(ArchiveWindow window, int position) {
        int slot = window.slot(position);
        // A base of 0 would empty the whole archive; one of the lap before leaves all slots where they are.
        long time = slot == 0 ? window.time(position) - window.info.retention() : 0;
        if (time >= 0 && (slot != 0 || time > 0)) {
            setTime(window, slot, time);
        }
    }

    private void addToEmpty(ArchiveFill archive) {
        ArchiveWindow window = archive.window;
        int base = 0;
        while (!archive.isChanged(base)) {
            base++;
        }
        for (int slot = 1; slot < window.points; slot++) {
            if (window.storedTime(slot) != 0 && matters(archive, slot, base)) {
                setTime(window, slot, 0);
            }
        }
        addRange(archive, base, base + 1, 0);
        open = false;
        addRange(archive, base + 1, window.length, 1);
    }

    /** Whether what a slot holds would count or be in the way once {@code base} is the position of the first slot. */
    private static boolean matters(ArchiveFill archive, int slot, int base) {
        ArchiveWindow window = archive.window;
        int position = (int) ((slot + (long) base) % window.points);
        if (position >= window.length) {
            // Its next time is still to come.
            return true;
        }
        long stored = window.storedTime(slot);
        return stored >= window.time(position) && !isThere(archive, position, slot);
    }

    /** Whether a slot of an archive that was empty happens to hold the very bytes that are to go there. */
    private static boolean isThere(ArchiveFill archive, int position, int slot) {
        ArchiveWindow window = archive.window;
        return archive.isChanged(position)
                && window.storedTime(slot) == window.time(position)
                && window.storedBits(slot) == archive.changedBits(position);
    }

    private void addRange(ArchiveFill archive, int from, int to, int slot) {
        ArchiveWindow window = archive.window;
        long offset = window.info.pointOffset(slot);
        for (int position = from; position < to; position++, offset += Point.BYTES) {
            if (archive.isChanged(position) && !(window.empty && isThere(archive, position, slot + position - from))) {
                if (!open || offsets[count - 1] + lengths[count - 1] != offset) {
                    begin(offset);
                }
                reserve(Point.BYTES);
                out.putInt((int) window.time(position)).putLong(archive.changedBits(position));
                lengths[count - 1] += Point.BYTES;
                open = true;
            }
        }
    }

    // Four bytes at a multiple of four: no page cuts them.
    private void setTime(ArchiveWindow window, int slot, long time) {
        begin(window.info.pointOffset(slot));
        reserve(TIME_BYTES);
        out.putInt((int) time);
        lengths[count - 1] = TIME_BYTES;
        open = false;
    }

    private void begin(long offset) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        offsets[count] = offset;
        lengths[count] = 0;
        count++;
    }

    private void reserve(int bytes) {
        if (out.remaining() < bytes) {
            // Room for every changed slot was there from the start; only times set to 0 come on top, seldom.
            out = ByteBuffer.allocate(Math.addExact(out.capacity(), out.capacity() / 4 + bytes))
                    .put(out.flip());
        }
    }

    void writeTo(Sink sink) throws IOException {
        ByteBuffer bytes = out.duplicate();
        int position = 0;
        for (int i = 0; i < count; i++) {
            long offset = offsets[i];
            long end = offset + lengths[i];
            while (end > offset) {
                long from = Math.max(offset, (end - 1) / PAGE * PAGE);
                bytes.limit(position + (int) (end - offset)).position(position + (int) (from - offset));
                sink.write(bytes, from);
                end = from;
            }
            position += lengths[i];
        }
    }
}
