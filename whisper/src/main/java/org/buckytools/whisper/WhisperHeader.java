package org.buckytools.whisper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Whisper file says about itself before its points.
 *
 * <p>A header that was read is one that can be worked with: every archive lies whole in the file, behind the header, and
 * apart from the others. It need not obey the rules for new files ({@link #create}): steps that do not divide each other,
 * archives in any order and bytes behind the last archive occur and are read.
 *
 * @param maxRetention the longest retention in seconds as the file states it, which nothing compels to be that of its
 *     archives
 * @param xFilesFactor share of known points, 0 to 1, that a coarser point needs
 * @param archives in the order of the file, in a sound file the finest first
 */
public record WhisperHeader(
        Aggregation aggregation, long maxRetention, float xFilesFactor, List<ArchiveInfo> archives) {

    /** More archives than any schema has; a header that states more is taken for damaged before memory is spent on it. */
    public static final int MAX_ARCHIVES = 256;

    private static final int METADATA_BYTES = 16;
    private static final int ARCHIVE_INFO_BYTES = 12;

    /** The first {@code min(MAX_BYTES, file length)} bytes of a file always hold its whole header. */
    public static final int MAX_BYTES = METADATA_BYTES + MAX_ARCHIVES * ARCHIVE_INFO_BYTES;

    // Headers of real schemas (up to 20 archives) fit the first read.
    private static final int FIRST_READ_BYTES = 256;

    // go-whisper, doc/compressed.md: the magic string, followed by a version byte.
    private static final byte[] COMPRESSED_MAGIC = "whisper_compressed".getBytes(US_ASCII);

    public WhisperHeader {
        requireNonNull(aggregation, "aggregation is null");
        archives = List.copyOf(archives);
        if (archives.isEmpty() || archives.size() > MAX_ARCHIVES) {
            throw new IllegalArgumentException(archives.size() + " archives; a file has between 1 and " + MAX_ARCHIVES);
        }
        if (maxRetention < 0 || maxRetention > Point.MAX_TIME) {
            throw new IllegalArgumentException("longest retention " + maxRetention + " does not fit four bytes");
        }
        checkXFilesFactor(xFilesFactor);
    }

    /**
     * The header of a new file, its archives one behind the other without gaps.
     *
     * @param retentions in any order; they are sorted by step, as Python Whisper does
     * @throws IllegalArgumentException if they break a rule for new files: each step divides the next and differs from
     *     it, each archive covers longer than the one before and has the points to make one point of the next; or if the
     *     file would exceed what four-byte offsets reach
     */
    public static WhisperHeader create(List<Retention> retentions, Aggregation aggregation, float xFilesFactor) {
        checkXFilesFactor(xFilesFactor);
        if (retentions.isEmpty() || retentions.size() > MAX_ARCHIVES) {
            throw new IllegalArgumentException(
                    "a schema has between 1 and " + MAX_ARCHIVES + " retentions, not " + retentions.size());
        }
        List<Retention> sorted = new ArrayList<>(retentions);
        sorted.sort(comparingLong(Retention::secondsPerPoint));
        for (int i = 1; i < sorted.size(); i++) {
            checkSchema(sorted.get(i - 1), sorted.get(i));
        }
        List<ArchiveInfo> archives = new ArrayList<>();
        long offset = METADATA_BYTES + (long) ARCHIVE_INFO_BYTES * sorted.size();
        for (Retention retention : sorted) {
            if (offset > Point.MAX_TIME) {
                throw new IllegalArgumentException(
                        retention + " would start at byte " + offset + ", beyond the 4 GiB that a header can address");
            }
            ArchiveInfo archive = new ArchiveInfo(offset, retention.secondsPerPoint(), retention.points());
            archives.add(archive);
            offset = archive.end();
        }
        long longest = sorted.getLast().seconds();
        if (longest > Point.MAX_TIME) {
            throw new IllegalArgumentException(sorted.getLast() + " keeps points for " + longest
                    + " seconds; a header can state " + Point.MAX_TIME);
        }
        return new WhisperHeader(aggregation, longest, xFilesFactor, archives);
    }

    private static void checkXFilesFactor(float xFilesFactor) {
        if (!(xFilesFactor >= 0 && xFilesFactor <= 1)) {
            throw new IllegalArgumentException("xFilesFactor " + xFilesFactor + " is outside 0 to 1");
        }
    }

    private static void checkSchema(Retention finer, Retention coarser) {
        String pair = finer + " and " + coarser + ": ";
        if (finer.secondsPerPoint() == coarser.secondsPerPoint()) {
            throw new IllegalArgumentException(pair + "two archives have the same step");
        }
        if (coarser.secondsPerPoint() % finer.secondsPerPoint() != 0) {
            throw new IllegalArgumentException(pair + "the finer step does not divide the coarser one");
        }
        if (coarser.seconds() <= finer.seconds()) {
            throw new IllegalArgumentException(pair + "the coarser archive does not cover a longer time");
        }
        if (finer.points() < coarser.secondsPerPoint() / finer.secondsPerPoint()) {
            throw new IllegalArgumentException(
                    pair + "the finer archive has too few points to make one point of the coarser one");
        }
    }

    /**
     * Reads a header.
     *
     * @param buffer the file's first bytes, from the buffer's position; {@link #MAX_BYTES} or the whole file are always
     *     enough. Position and byte order of the buffer are left as they are.
     * @param fileLength length of the whole file, which the archives are checked against
     * @param file what error messages call the file
     */
    public static WhisperHeader parse(ByteBuffer buffer, long fileLength, String file)
            throws CorruptWhisperFileException, UnsupportedWhisperFormatException {
        // duplicate() starts out big-endian, which is the format's order.
        ByteBuffer in = buffer.duplicate().order(ByteOrder.BIG_ENDIAN);
        if (isCompressed(in)) {
            throw UnsupportedWhisperFormatException.ofCompressed(file);
        }
        int start = in.position();
        // Messages are put together only where they are needed: a store is full of sound files.
        if (in.remaining() < METADATA_BYTES) {
            throw corrupt(
                    file, 0, "it ends inside the header", in.remaining() + " bytes", "at least " + METADATA_BYTES);
        }
        long aggregationCode = Integer.toUnsignedLong(in.getInt());
        long maxRetention = Integer.toUnsignedLong(in.getInt());
        float xFilesFactor = in.getFloat();
        long archiveCount = Integer.toUnsignedLong(in.getInt());

        Aggregation aggregation = Aggregation.ofCode(aggregationCode).orElse(null);
        if (aggregation == null) {
            throw corrupt(file, 0, "there is no such aggregation method", aggregationCode, "1 to 8");
        }
        if (!(xFilesFactor >= 0 && xFilesFactor <= 1)) {
            throw corrupt(file, 8, "xFilesFactor is no share", xFilesFactor, "0 to 1");
        }
        if (archiveCount < 1) {
            throw corrupt(file, 12, "it has no archives", archiveCount, "at least 1");
        }
        if (archiveCount > MAX_ARCHIVES) {
            throw corrupt(file, 12, "no schema has so many archives", archiveCount, "at most " + MAX_ARCHIVES);
        }
        long headerEnd = METADATA_BYTES + archiveCount * ARCHIVE_INFO_BYTES;
        if (headerEnd > fileLength || headerEnd - METADATA_BYTES > in.remaining()) {
            throw corrupt(
                    file,
                    12,
                    "it ends inside the list of archives",
                    Math.min(fileLength, in.limit() - start) + " bytes",
                    "at least " + headerEnd);
        }

        List<ArchiveInfo> archives = new ArrayList<>((int) archiveCount);
        for (int i = 0; i < archiveCount; i++) {
            archives.add(parseArchive(in, start, headerEnd, fileLength, file, i));
        }
        verifyApart(archives, file);
        return new WhisperHeader(aggregation, maxRetention, xFilesFactor, archives);
    }

    private static ArchiveInfo parseArchive(
            ByteBuffer in, int start, long headerEnd, long fileLength, String file, int index)
            throws CorruptWhisperFileException, UnsupportedWhisperFormatException {
        long at = in.position() - (long) start;
        long offset = Integer.toUnsignedLong(in.getInt());
        long secondsPerPoint = Integer.toUnsignedLong(in.getInt());
        long points = Integer.toUnsignedLong(in.getInt());
        if (offset < headerEnd) {
            throw corrupt(file, at, "archive " + index + " starts inside the header", offset, "at least " + headerEnd);
        }
        if (secondsPerPoint < 1) {
            throw corrupt(file, at + 4, "archive " + index + " has a step of nothing", secondsPerPoint, "at least 1");
        }
        if (points < 1) {
            throw corrupt(file, at + 8, "archive " + index + " has no points", points, "at least 1");
        }
        long end = offset + points * Point.BYTES;
        if (end > fileLength) {
            throw corrupt(
                    file,
                    at,
                    "archive " + index + " ends behind the end of the file",
                    "end at byte " + end,
                    "at most " + fileLength);
        }
        if (points > Integer.MAX_VALUE) {
            throw new UnsupportedWhisperFormatException(
                    file,
                    at + 8,
                    "archive " + index + " is very large",
                    points + " points",
                    "at most " + Integer.MAX_VALUE);
        }
        return new ArchiveInfo(offset, secondsPerPoint, (int) points);
    }

    private static void verifyApart(List<ArchiveInfo> archives, String file) throws CorruptWhisperFileException {
        if (followEachOther(archives)) {
            return;
        }
        List<ArchiveInfo> byOffset = new ArrayList<>(archives);
        byOffset.sort(comparingLong(ArchiveInfo::offset));
        for (int i = 1; i < byOffset.size(); i++) {
            ArchiveInfo archive = byOffset.get(i);
            long free = byOffset.get(i - 1).end();
            if (archive.offset() < free) {
                long at = METADATA_BYTES + (long) archives.indexOf(archive) * ARCHIVE_INFO_BYTES;
                throw corrupt(file, at, "two archives overlap", archive.offset(), "at least " + free);
            }
        }
    }

    /** Whether archives lie in their order, and so apart, as those of nearly all files do. */
    private static boolean followEachOther(List<ArchiveInfo> archives) {
        long free = 0;
        for (int i = 0; i < archives.size(); i++) {
            if (archives.get(i).offset() < free) {
                return false;
            }
            free = archives.get(i).end();
        }
        return true;
    }

    private static CorruptWhisperFileException corrupt(
            String file, long offset, String fact, Object found, String required) {
        return new CorruptWhisperFileException(file, offset, fact, String.valueOf(found), required);
    }

    /**
     * Reads the header of an open file; one small read at its start, the channel's position stays.
     *
     * @param file what error messages call the file
     */
    public static WhisperHeader read(FileChannel channel, String file) throws IOException {
        long length = channel.size();
        ByteBuffer buffer = readStart(channel, FIRST_READ_BYTES);
        if (buffer.limit() >= METADATA_BYTES
                && Integer.compareUnsigned(buffer.getInt(12), (FIRST_READ_BYTES - METADATA_BYTES) / ARCHIVE_INFO_BYTES)
                        > 0) {
            buffer = readStart(channel, MAX_BYTES);
        }
        return parse(buffer, length, file);
    }

    private static ByteBuffer readStart(FileChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
            read = channel.read(buffer, buffer.position());
        }
        return buffer.flip();
    }

    /**
     * Whether a file begins as go-carbon's compressed ones do.
     *
     * @param buffer the file's first bytes, from the buffer's position, which stays; too few of them are no such file
     */
    public static boolean isCompressed(ByteBuffer buffer) {
        if (buffer.remaining() < COMPRESSED_MAGIC.length) {
            return false;
        }
        for (int i = 0; i < COMPRESSED_MAGIC.length; i++) {
            if (buffer.get(buffer.position() + i) != COMPRESSED_MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /** Puts the header as the file holds it, {@link #headerSize} bytes from the buffer's position, big-endian. */
    public void write(ByteBuffer buffer) {
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.BIG_ENDIAN);
        buffer.putInt(aggregation.code())
                .putInt((int) maxRetention)
                .putFloat(xFilesFactor)
                .putInt(archives.size());
        for (ArchiveInfo archive : archives) {
            buffer.putInt((int) archive.offset())
                    .putInt((int) archive.secondsPerPoint())
                    .putInt(archive.points());
        }
        buffer.order(order);
    }

    /** What the header takes in the file, in bytes. */
    public int headerSize() {
        return METADATA_BYTES + ARCHIVE_INFO_BYTES * archives.size();
    }

    /** The end of the last archive: the length of a file that has nothing behind it. */
    public long fileSize() {
        return archives.stream().mapToLong(ArchiveInfo::end).max().orElseThrow();
    }

    /** Whether a file of that length has all its archives and nothing behind them. */
    public boolean fillsExactly(long fileLength) {
        return fileSize() == fileLength;
    }

    /** All of it on a line, as for {@code storage-schemas.conf}: {@code 1m:1d,5m:30d average 0.5}. */
    public String shape() {
        return retentions().stream().map(Retention::toString).collect(joining(",")) + " " + aggregation + " "
                + xFilesFactor;
    }

    /** The schema, finest archive first in a sound file. */
    public List<Retention> retentions() {
        return archives.stream().map(ArchiveInfo::schema).toList();
    }
}
