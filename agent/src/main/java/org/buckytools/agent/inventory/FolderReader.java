package org.buckytools.agent.inventory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.DirectoryReader;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileType;
import org.buckytools.whisper.posix.PosixException;

/** Reads one directory after the other and sorts what it finds. For one thread, closing included. */
final class FolderReader implements AutoCloseable {
    /** What the store's hidden names begin with. */
    private static final byte[] HIDDEN = ascii(".bucky-");

    private static final byte[] SUFFIX = ascii(".wsp");

    // Folders whose names are strange are only counted in, and by recursion.
    private static final int DEEPEST_STRANGE = 50;

    private final StrangeNames strange;
    private final Consumer<PosixException> failures;
    private final BooleanSupplier stopped;
    private final DirectoryReader.Memory memory = new DirectoryReader.Memory();

    // The names found, one after the other; a folder's has its dot behind it.
    private byte[] names = new byte[4096];
    private int namesLength;
    // Of each name, where it starts and ends.
    private int[] starts = new int[128];
    private int count;
    private int[] order = new int[128];
    private int[] spare = new int[128];
    private byte[] encoded = new byte[1024];
    private int encodedLength;
    private boolean leftovers;

    /**
     * @param failures hears of directories with strange names that cannot be read
     * @param stopped ends a read early
     */
    FolderReader(StrangeNames strange, Consumer<PosixException> failures, BooleanSupplier stopped) {
        this.strange = strange;
        this.failures = failures;
        this.stopped = stopped;
    }

    /**
     * Reads an open directory into {@code folder}, and closes it.
     *
     * @return whether there are hidden names of the store
     * @throws IOException if it could not be read to its end; the folder has what was found before
     */
    boolean read(Descriptor descriptor, Folder folder) throws IOException {
        namesLength = 0;
        count = 0;
        leftovers = false;
        try (DirectoryReader directory = DirectoryReader.of(descriptor, memory)) {
            while (directory.next() && !stopped.getAsBoolean()) {
                take(directory, folder);
            }
        } finally {
            fill(folder);
        }
        return leftovers;
    }

    @Override
    public void close() {
        memory.close();
    }

    private void take(DirectoryReader directory, Folder folder) throws IOException {
        int length = directory.nameLength();
        reserveName(length + 1);
        int start = namesLength;
        directory.copyName(names, start);
        if (names[start] == '.') {
            leftovers |= length > HIDDEN.length
                    && Arrays.equals(names, start, start + HIDDEN.length, HIDDEN, 0, HIDDEN.length);
            return;
        }
        switch (typeOf(directory)) {
            case DIRECTORY -> {
                // The dot, and at least one byte of a metric's name.
                if (isNamePart(start, length) && folder.dottedLength() + length + 2 <= MetricName.MAX_BYTES) {
                    names[start + length] = '.';
                    add(length + 1);
                } else {
                    countStrange(directory, 1);
                }
            }
            case REGULAR -> {
                if (isMetricFile(start, length)) {
                    int stem = length - SUFFIX.length;
                    if (isNamePart(start, stem) && folder.dottedLength() + stem <= MetricName.MAX_BYTES) {
                        add(stem);
                    } else {
                        strange.add(directory);
                    }
                }
            }
            default -> {}
        }
    }

    private static FileType typeOf(DirectoryReader directory) throws IOException {
        FileType type = directory.type();
        if (type != FileType.UNKNOWN) {
            return type;
        }
        try {
            return FileStatus.ofEntry(directory.directory(), directory.name()).type();
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                return FileType.OTHER;
            }
            throw e;
        }
    }

    /** Whether a name without a leading dot ends as a metric's file does. */
    private boolean isMetricFile(int start, int length) {
        int end = start + length;
        return length > SUFFIX.length && Arrays.equals(names, end - SUFFIX.length, end, SUFFIX, 0, SUFFIX.length);
    }

    /** Whether it is UTF-8 without a dot. */
    private boolean isNamePart(int start, int length) {
        int bits = 0;
        for (int i = start; i < start + length; i++) {
            if (names[i] == '.') {
                return false;
            }
            bits |= names[i];
        }
        return bits >= 0 || isUtf8(start, length);
    }

    private boolean isUtf8(int start, int length) {
        byte[] again = new String(names, start, length, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(again, 0, again.length, names, start, start + length);
    }

    /** Counts the metric files below a directory, none of which can have a metric's name. */
    private void countStrange(DirectoryReader parent, int depth) throws IOException {
        if (depth > DEEPEST_STRANGE) {
            return;
        }
        try (DirectoryReader directory = parent.openEntry()) {
            while (directory.next() && !stopped.getAsBoolean()) {
                int length = directory.nameLength();
                reserveName(length);
                directory.copyName(names, namesLength);
                if (names[namesLength] == '.') {
                    continue;
                }
                FileType type = typeOf(directory);
                if (type == FileType.DIRECTORY) {
                    countStrange(directory, depth + 1);
                } else if (type == FileType.REGULAR && isMetricFile(namesLength, length)) {
                    strange.add(directory);
                }
            }
        } catch (PosixException e) {
            failures.accept(e);
        }
    }

    private void reserveName(int length) {
        if (namesLength + length > names.length) {
            names = Arrays.copyOf(names, Math.max(2 * names.length, namesLength + length));
        }
    }

    private void add(int length) {
        if (count + 2 > starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
        }
        starts[count++] = namesLength;
        namesLength += length;
        starts[count] = namesLength;
    }

    private void fill(Folder folder) {
        if (order.length < count) {
            order = new int[starts.length];
            spare = new int[starts.length];
        }
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        sort(0, count);
        encodedLength = 0;
        List<Folder> folders = new ArrayList<>();
        int previous = -1;
        for (int i = 0; i < count; i++) {
            int start = starts[order[i]];
            int end = starts[order[i] + 1];
            if (names[end - 1] == '.') {
                folders.add(new Folder(folder, Arrays.copyOfRange(names, start, end - 1)));
                put(0, start, start);
            } else {
                put(previous < 0 ? 0 : shared(previous, order[i]), start, end);
                previous = order[i];
            }
        }
        folder.fill(Arrays.copyOf(encoded, encodedLength), List.copyOf(folders));
    }

    private void put(int shared, int start, int end) {
        int rest = end - start - shared;
        if (encodedLength + 2 + rest > encoded.length) {
            encoded = Arrays.copyOf(encoded, Math.max(2 * encoded.length, encodedLength + 2 + rest));
        }
        encoded[encodedLength++] = (byte) shared;
        encoded[encodedLength++] = (byte) rest;
        System.arraycopy(names, start + shared, encoded, encodedLength, rest);
        encodedLength += rest;
    }

    private int shared(int a, int b) {
        int mismatch = Arrays.mismatch(names, starts[a], starts[a + 1], names, starts[b], starts[b + 1]);
        return mismatch < 0 ? starts[a + 1] - starts[a] : mismatch;
    }

    private int compare(int a, int b) {
        return Arrays.compareUnsigned(names, starts[a], starts[a + 1], names, starts[b], starts[b + 1]);
    }

    /** Merge sort of {@code order[from, to)}: the library sorts numbers by a comparison only when they are objects. */
    private void sort(int from, int to) {
        if (to - from < 8) {
            for (int i = from + 1; i < to; i++) {
                int moving = order[i];
                int at = i;
                while (at > from && compare(order[at - 1], moving) > 0) {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = moving;
            }
            return;
        }
        int middle = (from + to) >>> 1;
        sort(from, middle);
        sort(middle, to);
        if (compare(order[middle - 1], order[middle]) <= 0) {
            return;
        }
        System.arraycopy(order, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        int at = from;
        while (left < middle && right < to) {
            order[at++] = compare(spare[left], order[right]) <= 0 ? spare[left++] : order[right++];
        }
        System.arraycopy(spare, left, order, at, middle - left);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
