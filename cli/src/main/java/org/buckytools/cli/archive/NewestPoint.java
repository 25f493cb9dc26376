package org.buckytools.cli.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.UnreadableWhisperFileException;
import org.buckytools.whisper.WhisperHeader;

/** Looks into a Whisper file that is on its way. */
final class NewestPoint {
    private static final int POINTS_AT_ONCE = 4096;

    private NewestPoint() {}

    /** The time of the newest point in Unix seconds, 0 if there is none or it cannot be told. */
    static long of(Content content) throws IOException {
        WhisperHeader header;
        try {
            header = header(content, "it");
        } catch (UnreadableWhisperFileException e) {
            return 0; // goes into the archive as it is, if no other copy is better
        }
        long newest = 0;
        ByteBuffer points = ByteBuffer.allocate(POINTS_AT_ONCE * Point.BYTES);
        for (ArchiveInfo archive : header.archives()) {
            for (int from = 0; from < archive.points(); from += POINTS_AT_ONCE) {
                int count = Math.min(POINTS_AT_ONCE, archive.points() - from);
                content.read(
                        archive.offset() + (long) from * Point.BYTES,
                        points.clear().limit(count * Point.BYTES));
                if (from == 0 && points.getInt(0) == 0) {
                    break; // an archive without a first point is empty, whatever else it holds
                }
                for (int i = 0; i < count; i++) {
                    newest = Math.max(newest, Integer.toUnsignedLong(points.getInt(i * Point.BYTES)));
                }
            }
        }
        return newest;
    }

    /**
     * The header, checked against the size.
     *
     * @param name what to call it in messages
     */
    static WhisperHeader header(Content content, String name) throws IOException {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(content.size(), WhisperHeader.MAX_BYTES));
        content.read(0, start);
        return WhisperHeader.parse(start.flip(), content.size(), name);
    }
}
