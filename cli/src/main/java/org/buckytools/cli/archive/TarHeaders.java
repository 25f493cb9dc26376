package org.buckytools.cli.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** What stands around the files in a POSIX tar archive. */
final class TarHeaders {
    /** Everything in an archive is a multiple of this. */
    static final int RECORD_BYTES = 512;

    private static final int END_RECORDS = 2;

    // Where things stand in a header (POSIX, ustar), and how many octal digits they have.
    private static final int NAME_BYTES = 99;
    private static final int MODE_AT = 100;
    private static final int MODE_DIGITS = 7;
    private static final int SIZE_AT = 124;
    private static final int TIME_AT = 136;
    private static final int LARGE_DIGITS = 11;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int CHECKSUM_DIGITS = 6;

    private static final long LARGE_SIZE = 1L << 33;
    private static final long LATE_TIME = 1L << 33;

    private static final byte[] MODEL = model();

    private TarHeaders() {}

    /** What stands before a file: its header, behind another one with its name where that is too long or not ASCII. */
    static ByteBuffer before(String path, long size, int mode, long modTime) throws IOException {
        if (path.length() <= NAME_BYTES && isAscii(path) && size < LARGE_SIZE && modTime >= 0 && modTime < LATE_TIME) {
            return plain(path, size, mode, modTime);
        }
        return written(path, size, mode, modTime);
    }

    private static boolean isAscii(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** A header in which only these differ from {@link #MODEL}: there is one a file, and this is a tenth of the work. */
    private static ByteBuffer plain(String path, long size, int mode, long modTime) {
        byte[] header = MODEL.clone();
        for (int i = 0; i < path.length(); i++) {
            header[i] = (byte) path.charAt(i);
        }
        putOctal(mode, header, MODE_AT, MODE_DIGITS);
        putOctal(size, header, SIZE_AT, LARGE_DIGITS);
        putOctal(modTime, header, TIME_AT, LARGE_DIGITS);
        // The checksum counts itself as blanks.
        int sum = CHECKSUM_BYTES * ' ';
        for (int i = 0; i < header.length; i++) {
            if (i < CHECKSUM_AT || i >= CHECKSUM_AT + CHECKSUM_BYTES) {
                sum += header[i];
            }
        }
        putOctal(sum, header, CHECKSUM_AT, CHECKSUM_DIGITS);
        return ByteBuffer.wrap(header);
    }

    private static void putOctal(long number, byte[] header, int at, int digits) {
        long left = number;
        for (int i = at + digits - 1; i >= at; i--) {
            header[i] = (byte) ('0' + (left & 7));
            left >>>= 3;
        }
    }

    /** A header without a name. */
    private static byte[] model() {
        try {
            byte[] header = written("n", 0, 0, 0).array();
            header[0] = 0;
            return header;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not thrown by an array
        }
    }

    /** Any header. */
    static ByteBuffer written(String path, long size, int mode, long modTime) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(size);
        entry.setMode(mode);
        entry.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(modTime)));
        entry.setUserName("");
        entry.setGroupName("");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * RECORD_BYTES);
        // Only for its headers: never asked to end an entry, it does not miss the file's content.
        @SuppressWarnings("resource")
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, RECORD_BYTES, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        tar.putArchiveEntry(entry);
        tar.flush();
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** How many zeros stand behind a file of this size. */
    static int padding(long size) {
        return (int) (-size & (RECORD_BYTES - 1));
    }

    /** What stands at the end of the archive. */
    static ByteBuffer end() {
        return ByteBuffer.allocate(END_RECORDS * RECORD_BYTES);
    }
}
