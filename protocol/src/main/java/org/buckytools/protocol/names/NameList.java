package org.buckytools.protocol.names;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * Distinct names, sorted by their UTF-8 bytes, front-coded: each entry holds how many bytes it shares with the name before and
 * then only the others. Immutable and safe to share between threads.
 *
 * <p>The bytes lie in chunks of at most {@value #CHUNK_BYTES}, and each chunk's first name is whole. An entry is {@code shared}
 * and {@code rest} as numbers of seven bits a byte, the lowest first, the eighth bit set where more follow, and then the
 * {@code rest} bytes.
 */
public final class NameList implements Iterable<String> {
    /** No names. */
    public static final NameList EMPTY = new NameList(List.of(), 0);

    private static final int CHUNK_BYTES = 32 * 1024;

    private final List<byte[]> chunks;
    private final int size;

    private NameList(List<byte[]> chunks, int size) {
        this.chunks = List.copyOf(chunks);
        this.size = size;
    }

    /** How many names there are. */
    public int size() {
        return size;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Bytes held by the names, without the few of the objects around them. */
    public long bytes() {
        long bytes = 0;
        for (byte[] chunk : chunks) {
            bytes += chunk.length;
        }
        return bytes;
    }

    /** Walks through the names without allocating; for one thread. */
    public Cursor cursor() {
        return new Cursor(chunks);
    }

    /** The names as texts, in the order of their UTF-8 bytes. */
    @Override
    public Iterator<String> iterator() {
        Cursor cursor = cursor();
        return new Iterator<>() {
            private int left = size;

            @Override
            public boolean hasNext() {
                return left > 0;
            }

            @Override
            public String next() {
                if (left == 0 || !cursor.next()) {
                    throw new NoSuchElementException();
                }
                left--;
                return cursor.name();
            }
        };
    }

    /** Whether {@code name} is among them. Reads one chunk at most. */
    public boolean contains(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        int low = 0;
        int high = chunks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            Cursor first = new Cursor(chunks.subList(middle, middle + 1));
            first.next();
            if (first.compareTo(wanted, 0, wanted.length) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        if (chunks.isEmpty()) {
            return false;
        }
        Cursor cursor = new Cursor(chunks.subList(low, low + 1));
        while (cursor.next()) {
            int order = cursor.compareTo(wanted, 0, wanted.length);
            if (order >= 0) {
                return order == 0;
            }
        }
        return false;
    }

    /** Collects names in any order; sorted ones take the least time. */
    public static Builder builder() {
        return new Builder();
    }

    /** The names of several lists as one sorted sequence, each once; {@link Merge#source} tells where a name came from. */
    public static Merge merge(List<NameList> lists) {
        return new Merge(lists.stream().map(NameList::cursor).toList());
    }

    /** A position in a list. Before the first {@link #next} there is no name. */
    public static final class Cursor {
        private final List<byte[]> chunks;
        private int nextChunk;
        private byte[] chunk = {};
        private int at;
        private byte[] name = new byte[256];
        private int length;

        private Cursor(List<byte[]> chunks) {
            this.chunks = chunks;
        }

        /** Goes on to the next name; false at the end. */
        public boolean next() {
            if (at == chunk.length) {
                if (nextChunk == chunks.size()) {
                    return false;
                }
                chunk = chunks.get(nextChunk++);
                at = 0;
            }
            int shared = number();
            int rest = number();
            if (shared + rest > name.length) {
                name = Arrays.copyOf(name, Math.max(shared + rest, 2 * name.length));
            }
            System.arraycopy(chunk, at, name, shared, rest);
            at += rest;
            length = shared + rest;
            return true;
        }

        /**
         * Goes on to the next name that is not before {@code wanted[0, wantedLength)}, without reading the chunks in between;
         * false if there is none.
         */
        public boolean nextNotBefore(byte[] wanted, int wantedLength) {
            if (isChunkNotAfter(nextChunk, wanted, wantedLength)) {
                int low = nextChunk;
                int high = chunks.size() - 1;
                while (low < high) {
                    int middle = (low + high + 1) >>> 1;
                    if (isChunkNotAfter(middle, wanted, wantedLength)) {
                        low = middle;
                    } else {
                        high = middle - 1;
                    }
                }
                chunk = chunks.get(low);
                nextChunk = low + 1;
                at = 0;
            }
            while (next()) {
                if (compareTo(wanted, 0, wantedLength) >= 0) {
                    return true;
                }
            }
            return false;
        }

        /** Whether there is such a chunk, and its first name is the wanted one or before it. */
        private boolean isChunkNotAfter(int index, byte[] wanted, int wantedLength) {
            if (index >= chunks.size()) {
                return false;
            }
            byte[] ahead = chunks.get(index);
            // The first entry: 0 bytes shared, then how many there are.
            int length = 0;
            int start = 1;
            for (int shift = 0; ; shift += 7) {
                byte b = ahead[start++];
                length |= (b & 0x7f) << shift;
                if (b >= 0) {
                    return Arrays.compareUnsigned(ahead, start, start + length, wanted, 0, wantedLength) <= 0;
                }
            }
        }

        /** The array whose first {@link #length} bytes are the name. Another one after each {@link #next}, perhaps; not to be changed. */
        public byte[] bytes() {
            return name;
        }

        /** How many bytes of {@link #bytes} are the name. */
        public int length() {
            return length;
        }

        /** The name as a text. */
        public String name() {
            return new String(name, 0, length, StandardCharsets.UTF_8);
        }

        private int compareTo(byte[] other, int from, int to) {
            return Arrays.compareUnsigned(name, 0, length, other, from, to);
        }

        private int number() {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = chunk[at++];
                value |= (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }
    }

    /** Several lists walked through as one. For one thread. */
    public static final class Merge {
        private record Source(int index, Cursor cursor) {}

        private final PriorityQueue<Source> sources;
        private final List<Source> current = new ArrayList<>();

        private Merge(List<Cursor> cursors) {
            sources = new PriorityQueue<>((a, b) -> {
                int order = a.cursor.compareTo(b.cursor.name, 0, b.cursor.length);
                return order != 0 ? order : Integer.compare(a.index, b.index);
            });
            for (int i = 0; i < cursors.size(); i++) {
                current.add(new Source(i, cursors.get(i)));
            }
        }

        /** Goes on to the next distinct name; false at the end. */
        public boolean next() {
            for (Source source : current) {
                if (source.cursor.next()) {
                    sources.add(source);
                }
            }
            current.clear();
            Source first = sources.poll();
            if (first == null) {
                return false;
            }
            current.add(first);
            while (!sources.isEmpty()
                    && sources.peek().cursor.compareTo(first.cursor.name, 0, first.cursor.length) == 0) {
                current.add(sources.poll());
            }
            return true;
        }

        /** The cursor that stands on the current name. */
        public Cursor cursor() {
            return current.getFirst().cursor;
        }

        /** The index of the first list that holds the current name. */
        public int source() {
            return current.getFirst().index;
        }

        /** The index of one of the lists that hold the current name, in their order; {@code which} is below {@link #occurrences}. */
        public int source(int which) {
            return current.get(which).index;
        }

        /** In how many lists the current name is. */
        public int occurrences() {
            return current.size();
        }
    }

    /**
     * Collects names. What arrives in order is front-coded at once; what does not is kept as it is for a while, sorted in pieces
     * and merged at the end. For one thread.
     */
    public static final class Builder {
        private static final int UNSORTED_BYTES = 1 << 20;

        private final List<NameList> pieces = new ArrayList<>();
        private Encoder sorted = new Encoder();
        private byte[] unsorted = {};
        private int unsortedLength;
        private final List<int[]> unsortedRanges = new ArrayList<>();

        private Builder() {}

        /** Adds a name; one that is there already changes nothing. */
        public Builder add(String name) {
            byte[] bytes = requireNonNull(name, "name is null").getBytes(StandardCharsets.UTF_8);
            return add(bytes, 0, bytes.length);
        }

        /** Adds the name that is {@code bytes[from, to)}, UTF-8; the array is not kept. */
        public Builder add(byte[] bytes, int from, int to) {
            int order = sorted.compareLast(bytes, from, to);
            if (order < 0) {
                sorted.append(bytes, from, to);
            } else if (order > 0) {
                addUnsorted(bytes, from, to);
            }
            return this;
        }

        /** The list of what was added; the builder is empty then. */
        public NameList build() {
            sortPending();
            if (pieces.isEmpty()) {
                return takeSorted();
            }
            pieces.add(takeSorted());
            Merge merge = merge(pieces);
            Encoder encoder = new Encoder();
            while (merge.next()) {
                encoder.append(merge.cursor().name, 0, merge.cursor().length);
            }
            pieces.clear();
            return encoder.toList();
        }

        private NameList takeSorted() {
            NameList list = sorted.toList();
            sorted = new Encoder();
            return list;
        }

        private void addUnsorted(byte[] bytes, int from, int to) {
            int length = to - from;
            if (unsortedLength + length > UNSORTED_BYTES) {
                sortPending();
            }
            if (unsorted.length == 0) {
                unsorted = new byte[Math.max(UNSORTED_BYTES, length)];
            }
            System.arraycopy(bytes, from, unsorted, unsortedLength, length);
            unsortedRanges.add(new int[] {unsortedLength, unsortedLength + length});
            unsortedLength += length;
        }

        private void sortPending() {
            if (unsortedRanges.isEmpty()) {
                return;
            }
            unsortedRanges.sort((a, b) -> Arrays.compareUnsigned(unsorted, a[0], a[1], unsorted, b[0], b[1]));
            Encoder encoder = new Encoder();
            for (int[] range : unsortedRanges) {
                if (encoder.compareLast(unsorted, range[0], range[1]) < 0) {
                    encoder.append(unsorted, range[0], range[1]);
                }
            }
            pieces.add(encoder.toList());
            unsortedRanges.clear();
            unsortedLength = 0;
            unsorted = new byte[0];
        }
    }

    /** Front-codes names that arrive in order. */
    private static final class Encoder {
        private static final int LONGEST_NUMBERS = 10;

        private final List<byte[]> chunks = new ArrayList<>();
        private byte[] chunk = {};
        private int used;
        private byte[] last = new byte[64];
        private int lastLength = -1;
        private int size;

        /** Negative if the last name comes before {@code bytes[from, to)}, as nothing at all does. */
        int compareLast(byte[] bytes, int from, int to) {
            return lastLength < 0 ? -1 : Arrays.compareUnsigned(last, 0, lastLength, bytes, from, to);
        }

        void append(byte[] bytes, int from, int to) {
            int length = to - from;
            if (chunk.length - used < length + LONGEST_NUMBERS) {
                finishChunk();
                chunk = new byte[Math.max(firstChunk() ? 128 : CHUNK_BYTES, length + LONGEST_NUMBERS)];
            }
            int shared = used == 0 ? 0 : sharedWithLast(bytes, from, to);
            putNumber(shared);
            putNumber(length - shared);
            System.arraycopy(bytes, from + shared, chunk, used, length - shared);
            used += length - shared;
            if (length > last.length) {
                last = new byte[Math.max(length, 2 * last.length)];
            }
            System.arraycopy(bytes, from, last, 0, length);
            lastLength = length;
            size = Math.addExact(size, 1);
        }

        NameList toList() {
            finishChunk();
            return size == 0 ? EMPTY : new NameList(chunks, size);
        }

        /** Small at first, since there may be thousands of lists of a few names. */
        private boolean firstChunk() {
            return chunks.isEmpty();
        }

        private int sharedWithLast(byte[] bytes, int from, int to) {
            int mismatch = Arrays.mismatch(last, 0, lastLength, bytes, from, to);
            return mismatch < 0 ? lastLength : mismatch;
        }

        private void finishChunk() {
            if (used > 0) {
                chunks.add(used == chunk.length ? chunk : Arrays.copyOf(chunk, used));
                used = 0;
                chunk = new byte[0];
            }
        }

        private void putNumber(int number) {
            int rest = number;
            while (rest > 0x7f) {
                chunk[used++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            chunk[used++] = (byte) rest;
        }
    }
}
