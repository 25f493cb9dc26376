package org.buckytools.cli.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * A tar archive as it comes, plain or compressed, which its first bytes tell. Sparse entries are read as the files they stand for.
 * That it ends where it should is checked: an archive that was cut between two entries is not taken for a whole one. For one thread.
 */
final class ArchiveInput implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    /** Less than this is read with what stands around it, larger files where they stand. */
    private static final int LARGE = 64 * 1024;

    /** What is read ahead of an archive's entries where large files are passed over. */
    private static final int SMALL_BUFFER_BYTES = 8 * 1024;

    /** The archive, if it is a plain file of which any part can be read. */
    private final Optional<FileChannel> file;

    /** Where in the file the archive begins, and how long it is. */
    private final long start;

    private final long length;

    private final Counting plain;
    private final TarArchiveInputStream tar;

    /** Where the last entry's content ended in the plain archive. */
    private long entryEnd;

    /** Whether it is an archive beyond doubt: a header has come, or at least it is compressed. */
    private boolean hasBegun;

    private boolean isHeaderRead;

    /** Takes {@code source} over; reads its first bytes. */
    ArchiveInput(InputStream source) throws IOException {
        Optional<FileChannel> channel =
                source instanceof FileInputStream opened && opened.getChannel().size() > 0
                        ? Optional.of(opened.getChannel())
                        : Optional.empty();
        this.start = channel.isPresent() ? channel.get().position() : 0;
        this.length = channel.isPresent() ? channel.get().size() - start : 0;
        BufferedInputStream buffered =
                new BufferedInputStream(source, channel.isPresent() ? SMALL_BUFFER_BYTES : BUFFER_BYTES);
        Compression compression = compressionOf(buffered);
        this.hasBegun = compression != Compression.NONE;
        this.file = hasBegun ? Optional.empty() : channel;
        this.plain = new Counting(decompressed(buffered, compression));
        this.tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name());
    }

    /** What is read is no tar archive, or a damaged or cut one. */
    static final class BrokenArchiveException extends IOException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final boolean isArchive;

        BrokenArchiveException(String problem, boolean isArchive, Throwable cause) {
            super(problem, cause);
            this.isArchive = isArchive;
        }

        /** Whether it had begun as a tar archive does. */
        boolean isArchive() {
            return isArchive;
        }
    }

    private static Compression compressionOf(BufferedInputStream source) throws IOException {
        source.mark(ZSTD.length);
        byte[] start = source.readNBytes(ZSTD.length);
        source.reset();
        if (startsWith(start, GZIP)) {
            return Compression.GZIP;
        }
        return startsWith(start, ZSTD) ? Compression.ZSTD : Compression.NONE;
    }

    private static InputStream decompressed(BufferedInputStream source, Compression compression) throws IOException {
        return switch (compression) {
            case NONE -> source;
            case GZIP ->
                new BufferedInputStream(
                        GzipCompressorInputStream.builder()
                                .setInputStream(source)
                                .setDecompressConcatenated(true)
                                .get(),
                        BUFFER_BYTES);
            case ZSTD -> new BufferedInputStream(new ZstdInputStream(source), BUFFER_BYTES);
        };
    }

    private static boolean startsWith(byte[] bytes, byte[] magic) {
        return bytes.length >= magic.length && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
    }

    /** The next entry; empty at the end of a whole archive. The one before must have been read to its end. */
    Optional<TarArchiveEntry> next() throws BrokenArchiveException {
        long end = entryEnd + TarHeaders.padding(entryEnd);
        TarArchiveEntry entry;
        try {
            entry = tar.getNextEntry();
        } catch (IOException | RuntimeException e) {
            // Commons Compress lets some of what it meets in broken headers out unchecked.
            throw new BrokenArchiveException(problem(e), hasBegun, e);
        }
        if (entry == null) {
            if (plain.count == 0) {
                throw new BrokenArchiveException("it is empty", false, null);
            }
            if (plain.count < end + TarHeaders.RECORD_BYTES) {
                throw new BrokenArchiveException("it is cut off", hasBegun, null);
            }
            readToEnd();
            return Optional.empty();
        }
        if (!entry.isCheckSumOK()) {
            throw new BrokenArchiveException(
                    isHeaderRead ? "a header's checksum is wrong" : "its first header is none", isHeaderRead, null);
        }
        isHeaderRead = true;
        hasBegun = true;
        entryEnd = plain.count;
        return Optional.of(entry);
    }

    /** The size of the file that an entry stands for. */
    static long sizeOf(TarArchiveEntry entry) {
        return entry.isSparse() ? entry.getRealSize() : entry.getSize();
    }

    /**
     * The content of the current entry, to be read where it stands, for as long as the archive is open. Then there is nothing of it
     * to be read from here, and the entry says that it is empty. Nothing is given if that cannot be done, or is not worth it.
     */
    Optional<Content> inPlace(TarArchiveEntry entry, Memory memory) throws BrokenArchiveException {
        long size = entry.getSize();
        if (file.isEmpty() || entry.isSparse() || size < LARGE) {
            return Optional.empty();
        }
        if (size > length - plain.count) {
            throw new BrokenArchiveException("it is cut off", true, null);
        }
        Content content = Content.of(new ArchivePart(file.get(), start + plain.count), size, memory);
        try {
            plain.pass(size);
        } catch (IOException e) {
            throw new BrokenArchiveException(problem(e), true, e);
        }
        // Commons Compress would pass over it by reading it: to that, nothing of it is left.
        entry.setSize(0);
        entryEnd = plain.count;
        return Optional.of(content);
    }

    /** Fills {@code target} from the current entry, but for the end of it; returns how many bytes came. */
    int read(byte[] target) throws BrokenArchiveException {
        int length = 0;
        try {
            while (length < target.length) {
                int got = tar.read(target, length, target.length - length);
                if (got < 0) {
                    break;
                }
                length += got;
            }
        } catch (IOException | RuntimeException e) {
            throw new BrokenArchiveException(problem(e), true, e);
        }
        entryEnd = plain.count;
        return length;
    }

    /** A compressed archive's checksum comes last; and who writes to a pipe must not be left with a broken one. */
    private void readToEnd() throws BrokenArchiveException {
        byte[] rest = new byte[BUFFER_BYTES];
        try {
            for (int got = 0; got >= 0; ) {
                got = plain.read(rest, 0, rest.length);
            }
        } catch (IOException e) {
            throw new BrokenArchiveException(problem(e), true, e);
        }
    }

    private static String problem(Exception e) {
        String text = String.valueOf(e.getMessage());
        boolean isCut = e instanceof EOFException || text.contains("Truncated") || text.contains("nexpected end");
        return isCut ? "it is cut off" : "it is damaged: " + text;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** Counts the plain archive's bytes. */
    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream source) {
            super(source);
        }

        /** Passes over bytes of which it is known that they are there. */
        void pass(long bytes) throws IOException {
            for (long left = bytes; left > 0; ) {
                long passed = in.skip(left);
                if (passed <= 0) {
                    throw new EOFException("the archive has become shorter");
                }
                left -= passed;
            }
            count += bytes;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = super.read(bytes, offset, length);
            count += Math.max(got, 0);
            return got;
        }

        /** By reading: a file can be skipped beyond its end, which would hide that it was cut. */
        @Override
        public long skip(long bytes) throws IOException {
            byte[] some = new byte[Math.clamp(bytes, 0, BUFFER_BYTES)];
            return Math.max(0, read(some, 0, some.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
