package org.buckytools.cli.files;

import static java.util.Comparator.comparingLong;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperFile;

/**
 * What points a file holds. Each archive is counted for the time that no finer one covers; not-a-number is no point, and
 * neither is what is older than its archive keeps.
 *
 * @param used slots with a point
 * @param slots all that a reader of the file, up to the present, sees
 * @param newest the last point in any archive, a point of the future included; empty if there is none
 */
record PointCensus(long used, long slots, Optional<Point> newest) {
    private static final int CHUNK_BYTES = Point.BYTES * 8192;

    /** Whether nothing would be lost with the file. */
    boolean isEmpty() {
        return newest.isEmpty();
    }

    /**
     * Reads a file whole, in pieces.
     *
     * @param now seconds since the epoch
     */
    static PointCensus of(WhisperFile file, long now) throws IOException {
        return new Count(file, now).run();
    }

    private static final class Count {
        private final WhisperFile file;
        private final long now;
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);

        private long used;
        private long slots;
        private long newestTime = -1;
        private double newestValue;

        Count(WhisperFile file, long now) {
            this.file = file;
            this.now = now;
        }

        PointCensus run() throws IOException {
            long until = now;
            for (ArchiveInfo archive : file.header().archives().stream()
                    .sorted(comparingLong(ArchiveInfo::secondsPerPoint))
                    .toList()) {
                long from = now - archive.retention();
                count(archive, from, until);
                until = Math.min(until, from);
            }
            return new PointCensus(
                    used, slots, newestTime < 0 ? Optional.empty() : Optional.of(new Point(newestTime, newestValue)));
        }

        /** Counts the points after {@code from}, up to {@code until}. */
        private void count(ArchiveInfo archive, long from, long until) throws IOException {
            long step = archive.secondsPerPoint();
            slots += Math.max(0, Math.floorDiv(until, step) - Math.floorDiv(from, step));
            long base = 0;
            for (int slot = 0; slot < archive.points(); slot++) {
                if (slot % (CHUNK_BYTES / Point.BYTES) == 0) {
                    read(archive, slot);
                }
                long time = Integer.toUnsignedLong(chunk.getInt());
                double value = chunk.getDouble();
                if (slot == 0) {
                    base = time;
                    if (base == 0) {
                        // Readers take such an archive for empty, whatever else is in it.
                        return;
                    }
                }
                boolean counts = time > from
                        && !Double.isNaN(value)
                        && time % step == 0
                        && time != 0
                        && archive.slot(base, time) == slot;
                if (counts) {
                    if (time <= until) {
                        used++;
                    }
                    if (time > newestTime) {
                        newestTime = time;
                        newestValue = value;
                    }
                }
            }
        }

        private void read(ArchiveInfo archive, int slot) throws IOException {
            FileChannel channel = file.channel();
            long offset = archive.pointOffset(slot);
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, archive.end() - offset));
            while (chunk.hasRemaining()) {
                if (channel.read(chunk, offset + chunk.position()) < 0) {
                    throw new EOFException(file + " became shorter while it was read");
                }
            }
            chunk.flip();
        }
    }
}
