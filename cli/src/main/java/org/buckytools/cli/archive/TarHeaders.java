package org.buckytools.cli.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

    private TarHeaders() {}

    /** What stands before a file: its header, behind another one with its name where that is too long or not ASCII. */
    static ByteBuffer before(String path, long size, int mode, long modTime) throws IOException {
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
