package org.buckytools.whisper.fill;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileMapping;

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
 *
 * <p>Where there are many writes in few pages, most of their cost is that of the system calls, and they are made as stores to a
 * mapping of that part of the file, in the same order. A process can be killed between any two stores: so slots that hold
 * anything are emptied first, then get their values, then their times. The first slot of an archive cannot be emptied and is always written by a
 * call; so are the very first and the last write of a fill, since on some file systems stores do not move the file's time of
 * last change, by which others tell that it is no longer what they have read.
 */
final class SlotWrites {
    /** Receives the pieces, none of which crosses the boundary of a page. */
    @FunctionalInterface
    interface Sink {
        /** Takes all remaining bytes before it returns. */
        void write(ByteBuffer bytes, long offset) throws IOException;
    }

    /** A mapped part of the file, which takes {@linkplain ArchiveWindow raw} words. A class with one subclass, so that simple compilers know what is called. */
    abstract static class Words {
        /** Stores four bytes at four times {@code index}. */
        abstract void put(int index, int word);

        /** Stores some words at four times {@code index} and on, in any order. */
        abstract void put(int index, int[] words, int from, int length);
    }

    private static final class MappedWords extends Words {
        private final IntBuffer part;

        MappedWords(IntBuffer part) {
            this.part = part;
        }

        @Override
        void put(int index, int word) {
            part.put(index, word);
        }

        @Override
        void put(int index, int[] words, int from, int length) {
            part.put(index, words, from, length);
        }
    }

    /** The smallest page of any platform; a larger one is a multiple. */
    static final int PAGE = 4096;

    private static final int TIME_BYTES = Integer.BYTES;
    private static final int WORDS = ArchiveWindow.WORDS;

    /** What is mapped of a file at once, in bytes, so that filling a large one takes no more memory than filling others. */
    private static final int MOST_MAPPED = 4 << 20;

    /** A longer run of slots is several writes, so that it fits what is mapped at once. */
    private static final int LONGEST_WORDS = (MOST_MAPPED / 4 / Point.BYTES) * WORDS;

    /** Room from the start; more writes than these are seldom. */
    private static final int USUAL_WRITES = 8192;

    /** Words that are stored at once, whole slots; of a longer run one part after the other. */
    private static final int STORED_AT_ONCE = 512 * WORDS;

    /** Cost of a mapping of its own, in write calls. */
    private static final int MAPPING_COST = 24;

    // Of write i: where it begins in the file and in the words, and its length in words.
    private long[] offsets;
    private int[] starts;
    private int[] lengths;

    /** Of write i, 1 if some of its slots may hold anything, else 0. */
    private byte[] overwrites;

    private int count;

    /** Raw, as in an {@link ArchiveWindow}. */
    private int[] words;

    private int used;

    // Whether the next slot may join the last write, if that is where it ends.
    private boolean open;
    private long openEnd;

    // The first write of each archive, and where the archive begins in the file.
    private final int[] sections;
    private final long[] sectionOffsets;
    private int sectionCount;

    private SlotWrites(int slots, int archives, FillArrays arrays) {
        int most = Math.min(slots, USUAL_WRITES);
        offsets = arrays.longs(most);
        starts = arrays.ints(most);
        lengths = arrays.ints(most);
        overwrites = arrays.bytes(most);
        words = arrays.ints(Math.multiplyExact(slots, WORDS));
        sections = new int[archives + 1];
        sectionOffsets = new long[archives];
    }

    /** @param archives finest first */
    static SlotWrites of(List<ArchiveFill> archives, FillArrays arrays) {
        int slots = 0;
        for (ArchiveFill archive : archives) {
            slots = Math.addExact(slots, archive.changes());
        }
        SlotWrites writes = new SlotWrites(slots, archives.size(), arrays);
        for (ArchiveFill archive : archives.reversed()) {
            if (archive.changes() == 0) {
                continue;
            }
            writes.open = false;
            writes.sections[writes.sectionCount] = writes.count;
            writes.sectionOffsets[writes.sectionCount] = archive.window.info.offset();
            if (archive.window.empty) {
                writes.addToEmpty(archive);
            } else {
                writes.addTo(archive);
            }
            writes.sectionCount++;
        }
        writes.sections[writes.sectionCount] = writes.count;
        return writes;
    }

    private void addTo(ArchiveFill archive) {
        ArchiveWindow window = archive.window;
        int length = window.length;
        if (archive.replaced > 0) {
            emptyThoseCutByPages(archive);
        }
        // In the order of the file: the newest positions may lie in front of the oldest.
        int wrapped = Math.min(length, window.points - window.slot(0));
        addRange(archive, wrapped, length, 0);
        addRange(archive, 0, wrapped, window.slot(0));
    }

    /** Empties the slots whose time stays and whose new value lies on both sides of the boundary of a page. */
    private void emptyThoseCutByPages(ArchiveFill archive) {
        ArchiveWindow window = archive.window;
        long begin = window.info.offset();
        long end = begin + window.info.size();
        for (long page = (begin / PAGE + 1) * PAGE; page < end; page += PAGE) {
            int slot = (int) ((page - begin) / Point.BYTES);
            if (page - window.info.pointOffset(slot) > TIME_BYTES) {
                int position = window.positionOfSlot(slot);
                if (position < window.length && archive.isChanged(position) && window.holds(position)) {
                    empty(window, position);
                }
            }
        }
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
        if (archive.window.empty) {
            addRangeOfEmpty(archive, from, to, slot);
            return;
        }
        int position = archive.nextChanged(from, to);
        while (position < to) {
            int end = archive.endOfKind(position, to);
            addRun(archive, position, end, archive.window.info.pointOffset(slot + position - from));
            position = archive.nextChanged(end, to);
        }
    }

    /** Leaves out what happens to be there. */
    private void addRangeOfEmpty(ArchiveFill archive, int from, int to, int slot) {
        for (int position = from; position < to; position++) {
            int there = slot + position - from;
            if (archive.isChanged(position) && !isThere(archive, position, there)) {
                addRun(archive, position, position + 1, archive.window.info.pointOffset(there));
            }
        }
    }

    /** Adds slots in a row that are all changed in the same way. */
    private void addRun(ArchiveFill archive, int from, int to, long offset) {
        reserve((to - from) * WORDS);
        boolean overwriting = archive.isOverwriting(from);
        if (archive.isTaken(from)) {
            addTaken(archive.same, (int) (from + archive.toSame), to - from, offset, overwriting);
            return;
        }
        long next = offset;
        for (int position = from; position < to; position++) {
            long bits = archive.changedBits(position);
            words[used] = ArchiveWindow.raw((int) archive.window.time(position));
            words[used + 1] = ArchiveWindow.raw((int) (bits >>> Integer.SIZE));
            words[used + 2] = ArchiveWindow.raw((int) bits);
            append(next, 1, overwriting);
            next += Point.BYTES;
        }
    }

    /** What is taken has the source's bytes, time and value. */
    private void addTaken(ArchiveWindow source, int position, int count, long offset, boolean overwriting) {
        int slot = source.slot(position);
        long next = offset;
        for (int left = count; left > 0; ) {
            int slots = Math.min(left, source.slotsInBlock(slot));
            int at = source.unpack(slot);
            System.arraycopy(source.words(), at, words, used, slots * WORDS);
            append(next, slots, overwriting);
            next += (long) slots * Point.BYTES;
            left -= slots;
            slot = slot + slots == source.points ? 0 : slot + slots;
        }
    }

    /** Makes the slots that were put behind the used words part of the last write, or a new one. */
    private void append(long offset, int slots, boolean overwriting) {
        if (!open || offset != openEnd || lengths[count - 1] >= LONGEST_WORDS) {
            begin(offset, used);
            open = true;
        }
        lengths[count - 1] += slots * WORDS;
        if (overwriting) {
            overwrites[count - 1] = 1;
        }
        used += slots * WORDS;
        openEnd = offset + (long) slots * Point.BYTES;
    }

    // Four bytes at a multiple of four: no page cuts them.
    private void setTime(ArchiveWindow window, int slot, long time) {
        begin(window.info.pointOffset(slot), used);
        reserve(1);
        words[used++] = ArchiveWindow.raw((int) time);
        lengths[count - 1] = 1;
        open = false;
    }

    private void begin(long offset, int start) {
        if (count == offsets.length
                || count == starts.length
                || count == lengths.length
                || count == overwrites.length) {
            offsets = Arrays.copyOf(offsets, count * 2 + 1);
            starts = Arrays.copyOf(starts, count * 2 + 1);
            lengths = Arrays.copyOf(lengths, count * 2 + 1);
            overwrites = Arrays.copyOf(overwrites, count * 2 + 1);
        }
        offsets[count] = offset;
        starts[count] = start;
        lengths[count] = 0;
        overwrites[count] = 0;
        count++;
    }

    private void reserve(int room) {
        if (words.length - used < room) {
            grow(room);
        }
    }

    private void grow(int room) {
        // Room for every changed slot was there from the start; only times set to 0 come on top, seldom.
        words = Arrays.copyOf(words, Math.addExact(words.length, words.length / 4 + room));
    }

    private long end(int write) {
        return offsets[write] + (long) lengths[write] * Integer.BYTES;
    }

    void writeTo(Sink sink) throws IOException {
        ByteBuffer bytes = piecesBuffer();
        for (int i = 0; i < count; i++) {
            writePieces(i, bytes, sink);
        }
    }

    /** What is written to where some of it may be stored. */
    interface Target extends Sink {
        /**
         * Makes a group of writes by {@link #storeTo}.
         *
         * @return false if that cannot or should not be done, and nothing was done
         */
        boolean store(int from, int to) throws IOException;
    }

    /**
     * Writes to a file, by calls or by stores to a mapping, whichever is cheaper.
     *
     * @return how many of the writes were stores
     */
    int writeTo(Descriptor file) throws IOException {
        try (FileContent.PieceWriter writer = new FileContent.PieceWriter(file, PAGE)) {
            return writeTo(new Target() {
                @Override
                public void write(ByteBuffer bytes, long offset) throws IOException {
                    writer.write(bytes, offset);
                }

                @Override
                public boolean store(int from, int to) throws IOException {
                    return isWorthMapping(from, to) && storeMapped(file, from, to);
                }
            });
        }
    }

    /** As {@link #writeTo(Descriptor)}. */
    int writeTo(Target target) throws IOException {
        ByteBuffer bytes = piecesBuffer();
        int storedWrites = 0;
        for (int section = 0; section < sectionCount; section++) {
            int end = sections[section + 1];
            for (int i = sections[section]; i < end; ) {
                int next = endOfMappable(i, end, sectionOffsets[section]);
                if (next > i && target.store(i, next)) {
                    storedWrites += next - i;
                    i = next;
                } else {
                    for (next = Math.max(next, i + 1); i < next; i++) {
                        writePieces(i, bytes, target);
                    }
                }
            }
            // What is stored to a finer archive may not be there before what was stored to this one.
            VarHandle.releaseFence();
        }
        return storedWrites;
    }

    private ByteBuffer piecesBuffer() {
        int longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, lengths[i]);
        }
        return ByteBuffer.allocate(longest * Integer.BYTES).order(ByteOrder.nativeOrder());
    }

    private void writePieces(int write, ByteBuffer bytes, Sink sink) throws IOException {
        bytes.clear().asIntBuffer().put(words, starts[write], lengths[write]);
        long offset = offsets[write];
        long end = end(write);
        while (end > offset) {
            long from = Math.max(offset, (end - 1) / PAGE * PAGE);
            bytes.limit((int) (end - offset)).position((int) (from - offset));
            sink.write(bytes, from);
            end = from;
        }
    }

    /** The first of the writes from one on that cannot be stored to the same mapping; that one itself if it must be a call. */
    private int endOfMappable(int from, int end, long sectionOffset) {
        long start = startOfMapping(from);
        int next = from;
        while (next < end
                && next > 0
                && next < count - 1
                && offsets[next] != sectionOffset
                && offsets[next] % Integer.BYTES == 0
                && offsets[next] >= start
                && end(next) <= start + MOST_MAPPED) {
            next++;
        }
        return next;
    }

    private long startOfMapping(int write) {
        return offsets[write] - offsets[write] % FileMapping.pageSize();
    }

    /** Taking a page into a mapping costs about as much as a call, and so does beginning another run of pages. */
    private boolean isWorthMapping(int from, int to) {
        if (to - from <= MAPPING_COST / 2) {
            return false;
        }
        long calls = 0;
        long pages = 0;
        long runs = 0;
        long last = -2;
        for (int i = from; i < to; i++) {
            long first = offsets[i] / PAGE;
            long until = (end(i) - 1) / PAGE;
            calls += until - first + 1;
            if (first < last || first > last + 1) {
                runs++;
                last = first - 1;
            }
            pages += Math.max(0, until - last);
            last = Math.max(last, until);
        }
        return MAPPING_COST + runs + pages < calls;
    }

    /** False if that cannot be done here, and nothing was done. */
    boolean storeMapped(Descriptor file, int from, int to) throws IOException {
        long start = startOfMapping(from);
        long end = start;
        for (int i = from; i < to; i++) {
            end = Math.max(end, end(i));
        }
        Optional<FileMapping> mapped = FileMapping.of(file, start, end - start);
        if (mapped.isEmpty()) {
            return false;
        }
        try (FileMapping mapping = mapped.get()) {
            if (!prepare(mapping, from, to)) {
                return false;
            }
            mapping.store(part -> storeTo(new MappedWords(part), start, from, to));
            return true;
        }
    }

    /** Only pages that are written to: any other may be a hole, and stay one. */
    private boolean prepare(FileMapping mapping, int from, int to) {
        int page = FileMapping.pageSize();
        long begun = offsets[from];
        long last = begun;
        for (int i = from; i < to; i++) {
            long first = offsets[i] / page * page;
            if (first < last / page * page || first > (last / page + 1) * page) {
                if (!mapping.prepare(begun, last)) {
                    return false;
                }
                begun = offsets[i];
                last = begun;
            }
            last = Math.max(last, end(i));
        }
        return mapping.prepare(begun, last);
    }

    /**
     * Makes some writes as stores.
     *
     * @param start the file's offset of {@code part}
     */
    void storeTo(Words part, long start, int from, int to) {
        int[] bare = new int[STORED_AT_ONCE];
        for (int i = from; i < to; i++) {
            int index = (int) ((offsets[i] - start) / Integer.BYTES);
            int at = starts[i];
            int left = lengths[i];
            if (left == 1) {
                part.put(index, words[at]);
                continue;
            }
            while (left > 0) {
                int length = Math.min(left, STORED_AT_ONCE);
                storeSlots(part, index, at, length, overwrites[i] != 0, bare);
                index += length;
                at += length;
                left -= length;
            }
        }
    }

    private void storeSlots(Words part, int index, int at, int length, boolean overwriting, int[] bare) {
        if (overwriting) {
            for (int word = 0; word < length; word += WORDS) {
                part.put(index + word, 0);
            }
            VarHandle.releaseFence();
        }
        // All of it but the times, then all of it: two copies cost less than so many stores.
        System.arraycopy(words, at, bare, 0, length);
        for (int word = 0; word < length; word += WORDS) {
            bare[word] = 0;
        }
        part.put(index, bare, 0, length);
        VarHandle.releaseFence();
        part.put(index, words, at, length);
    }
}
