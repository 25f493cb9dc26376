package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.NameList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * go-carbon's list of its files, as old as its last scan. It is replaced by rename, so that a reader has a whole one. Its formats,
 * gzipped both:
 *
 * <pre>
 * version 1 = (path "\n")*
 * version 2 = 7f "flc02" (length:u64 path[length] size:i64 physical:i64 points:i64 firstSeen:i64 "\n")*      big-endian
 * </pre>
 *
 * <p>A path is relative to the store's root and begins with a slash. Version 1 has directories among them.
 *
 * <p>A list is taken whole or not at all: gzip's checksum is at its end.
 */
final class FileListCache {
    private static final Logger LOG = LoggerFactory.getLogger(FileListCache.class);

    private static final byte[] VERSION_2 = "\u007fflc02".getBytes(US_ASCII);
    private static final byte[] SUFFIX = ".wsp".getBytes(US_ASCII);

    private static final byte[] NO_NAME = {};

    /** What go-carbon itself takes, twice the longest path of Linux. */
    private static final int LONGEST_PATH = 8192;

    /** What stands behind a path of version 2. */
    private static final int ATTRIBUTES = 4 * Long.BYTES;

    /** More than any store has files; a list that goes on and on must not take all memory. */
    private static final long MOST_PATHS = 50_000_000;

    /** Metrics whose files are looked for. */
    private static final int SAMPLES = 100;

    private static final int PATHS_BETWEEN_STOPS = 4096;

    /**
     * A list that was read.
     *
     * @param written when go-carbon wrote it
     */
    record Listed(NameList names, Instant written) {}

    private final Path file;
    private final BooleanSupplier stopped;
    private final long mostPaths;
    private final NameList.Builder names = NameList.builder();
    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private long paths;
    private long skipped;
    private String firstSkipped = "";

    private FileListCache(Path file, BooleanSupplier stopped, long mostPaths) {
        this.mostPaths = mostPaths;
        this.file = file;
        this.stopped = stopped;
    }

    /**
     * Reads a list, if it is there and of this store.
     *
     * @param root of the store
     * @param stopped whether to give up
     * @return empty if there is none, or it was stopped
     * @throws IOException if it cannot be used; its text says why, as the end of a sentence
     */
    static Optional<Listed> read(Path file, Path root, BooleanSupplier stopped) throws IOException {
        return read(file, root, stopped, MOST_PATHS);
    }

    /** As the other one, for tests. */
    static Optional<Listed> read(Path file, Path root, BooleanSupplier stopped, long mostPaths) throws IOException {
        if (!Files.exists(file)) {
            LOG.debug("there is no list of go-carbon at {}", file);
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is no regular file");
        }
        return new FileListCache(file, stopped, mostPaths).read(root);
    }

    private Optional<Listed> read(Path root) throws IOException {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        try (InputStream content = Files.newInputStream(file);
                GZIPInputStream plain = new GZIPInputStream(content, 64 * 1024)) {
            if (!readAll(new Source(plain))) {
                return Optional.empty();
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (EOFException e) {
            throw new IOException("it is cut off", e);
        }
        if (skipped > 0) {
            LOG.warn(
                    "{} paths in {} are no metrics' of this store and are left out, the first: {}",
                    skipped,
                    file,
                    firstSkipped);
        }
        NameList list = names.build();
        requireOfThisStore(list, root);
        return Optional.of(new Listed(list, written));
    }

    /** Reads all paths; false if it was stopped. */
    private boolean readAll(Source source) throws IOException {
        if (source.startsWith(VERSION_2)) {
            source.skip(VERSION_2.length);
            while (source.require(1)) {
                int length = lengthOf(source);
                source.demand(length + ATTRIBUTES + 1);
                if (source.at(length + ATTRIBUTES) != '\n') {
                    throw new IOException("entry " + (paths + 1) + " does not end where it should");
                }
                add(source.slice(length));
                source.skip(length + ATTRIBUTES + 1);
                if (isStopped()) {
                    return false;
                }
            }
        } else {
            while (source.require(1)) {
                int length = source.lineLength(LONGEST_PATH);
                add(source.slice(length));
                // The last line may have no end.
                source.skip(Math.min(length + 1, source.available()));
                if (isStopped()) {
                    return false;
                }
            }
        }
        return true;
    }

    private int lengthOf(Source source) throws IOException {
        source.demand(Long.BYTES);
        long length = source.slice(Long.BYTES).getLong();
        if (length < 0 || length > LONGEST_PATH) {
            throw new IOException("entry " + (paths + 1) + " has a path of " + Long.toUnsignedString(length)
                    + " bytes; the longest has " + LONGEST_PATH);
        }
        source.skip(Long.BYTES);
        return (int) length;
    }

    private boolean isStopped() {
        return paths % PATHS_BETWEEN_STOPS == 0 && stopped.getAsBoolean();
    }

    private void add(ByteBuffer path) throws IOException {
        if (++paths > mostPaths) {
            throw new IOException("it has more than " + mostPaths + " paths");
        }
        int end = path.limit() - SUFFIX.length;
        if (end < path.position() || !path.slice(end, SUFFIX.length).equals(ByteBuffer.wrap(SUFFIX))) {
            return; // a directory, or not Whisper's
        }
        byte[] name = nameOf(path, end);
        if (name.length == 0) {
            if (skipped++ == 0) {
                firstSkipped = printable(path);
            }
            return;
        }
        names.add(name, 0, name.length);
    }

    /** The dotted name of a path whose suffix begins at {@code end}; empty if it has none, or one that leads elsewhere. */
    private byte[] nameOf(ByteBuffer path, int end) {
        int start = path.position() + 1;
        if (end <= start || path.get(path.position()) != '/') {
            return NO_NAME;
        }
        byte[] name = new byte[end - start];
        path.get(start, name);
        boolean ascii = true;
        int partStart = 0;
        for (int i = 0; i < name.length; i++) {
            byte b = name[i];
            if (b == '/') {
                if (i == partStart || i - partStart > MetricName.MAX_PART_BYTES) {
                    return NO_NAME;
                }
                name[i] = '.';
                partStart = i + 1;
            } else if (b == '.' || b == 0) {
                // Hidden, or "..", or a name that does not come back from its path.
                return NO_NAME;
            }
            ascii &= b >= 0;
        }
        int leaf = name.length - partStart;
        boolean fits = leaf > 0 && leaf <= MetricName.MAX_LEAF_BYTES && name.length <= MetricName.MAX_BYTES;
        return fits && (ascii || isMetric(name)) ? name : NO_NAME;
    }

    /** For names that are not ASCII; asking it of millions of others takes seconds. */
    private boolean isMetric(byte[] name) {
        try {
            return MetricName.isValid(decoder.decode(ByteBuffer.wrap(name)).toString());
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String printable(ByteBuffer path) {
        StringBuilder text = new StringBuilder();
        for (int i = path.position(); i < path.limit() && text.length() < 200; i++) {
            byte b = path.get(i);
            if (b >= ' ' && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", b));
            }
        }
        return text.toString();
    }

    /** A list that is left over from another directory, or very old, would be worse than none. */
    private static void requireOfThisStore(NameList list, Path root) throws IOException {
        if (list.isEmpty()) {
            throw new IOException("it has no metrics");
        }
        int stride = Math.max(1, list.size() / SAMPLES);
        int samples = 0;
        int present = 0;
        NameList.Cursor names = list.cursor();
        for (int i = 0; names.next(); i++) {
            if (i % stride == 0) {
                samples++;
                present += Files.exists(root.resolve(new MetricName(names.name()).relativePath())) ? 1 : 0;
            }
        }
        if (2 * present < samples) {
            throw new IOException("of " + samples + " metrics in it " + present + " are below " + root
                    + "; it is too old, or of another directory");
        }
    }

    /** A stream with some bytes of foresight. */
    private static final class Source {
        private static final int BYTES = 64 * 1024;

        private final InputStream stream;
        private final byte[] bytes = new byte[BYTES];
        private int from;
        private int to;

        Source(InputStream stream) {
            this.stream = stream;
        }

        /** Bytes that are there without reading. */
        int available() {
            return to - from;
        }

        /** Reads until so many bytes are there; false if the stream ends before. */
        boolean require(int count) throws IOException {
            if (to - from >= count) {
                return true;
            }
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            from = 0;
            while (to < count) {
                int read = stream.read(bytes, to, BYTES - to);
                if (read < 0) {
                    return false;
                }
                to += read;
            }
            return true;
        }

        void demand(int count) throws IOException {
            if (!require(count)) {
                throw new EOFException();
            }
        }

        boolean startsWith(byte[] start) throws IOException {
            return require(start.length) && Arrays.equals(bytes, from, from + start.length, start, 0, start.length);
        }

        byte at(int index) {
            return bytes[from + index];
        }

        void skip(int count) {
            from += count;
        }

        /** The next bytes, which have been required; big-endian, good until more are. */
        ByteBuffer slice(int length) {
            return ByteBuffer.wrap(bytes, from, length).slice();
        }

        /** Bytes up to the next line feed, or the end. */
        int lineLength(int longest) throws IOException {
            for (int length = 0; ; length++) {
                if (!require(length + 1) || at(length) == '\n') {
                    return length;
                }
                if (length == longest) {
                    throw new IOException("it has a line of more than " + longest + " bytes");
                }
            }
        }
    }
}
