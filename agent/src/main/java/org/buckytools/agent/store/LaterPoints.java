package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.Fill;
import org.buckytools.whisper.fill.FillPlan;
import org.buckytools.whisper.fill.WhisperImage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Points that writers have put into a file while it was half replaced: part of it is the new content and part the old one, but
 * neither of these can have a point that is later than the moment in which the replacement began. So those that are later have
 * come since, wherever in its archive they stand, and belong into the new content as well. Earlier ones cannot be told from those
 * that were to be replaced.
 *
 * <p>This needs the old and the new file to have the same archives: else what stands where is not known.
 *
 * @param began when the replacement began, Unix seconds
 * @param clock of this machine
 */
record LaterPoints(long began, InstantSource clock) {
    private static final Logger LOG = LoggerFactory.getLogger(LaterPoints.class);

    /** How much of both files must be read to compare them; 0 if they cannot be compared. */
    static long comparableBytes(Descriptor replacement, Descriptor half) throws IOException {
        try {
            WhisperHeader one =
                    Filler.header(replacement, FileStatus.of(replacement).size(), replacement.path());
            WhisperHeader other = Filler.header(half, FileStatus.of(half).size(), half.path());
            boolean comparable = one.archives().equals(other.archives()) && one.fileSize() <= Integer.MAX_VALUE;
            return comparable ? one.fileSize() : 0;
        } catch (CorruptWhisperFileException | UnsupportedWhisperFormatException e) {
            LOG.debug("no points can be taken over from {}: {}", half.path(), e.getMessage());
            return 0;
        }
    }

    /**
     * Fills the later points of a half replaced file into its replacement, which is durable again on return.
     *
     * @param half locked by the caller
     * @param bytes what {@link #comparableBytes} said of both
     * @param memory with room for as many, twice
     * @return how many points of the finest archive these are
     */
    long keep(Descriptor half, Descriptor replacement, long bytes, FillMemory.Lease memory) throws IOException {
        MemorySegment wanted =
                Filler.readWhole(replacement, memory.destination().asSlice(0, bytes));
        MemorySegment found = Filler.readWhole(half, memory.source().asSlice(0, bytes));
        try {
            WhisperImage destination = WhisperImage.of(wanted.asByteBuffer(), replacement.path());
            long now = Math.clamp(clock.instant().getEpochSecond(), 0, Point.MAX_TIME);
            ByteBuffer buffer = found.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
            // In the middle of the replacement another method may stand here than in the end.
            destination.header().write(buffer.duplicate().order(ByteOrder.BIG_ENDIAN));
            long finest = 0;
            for (ArchiveInfo archive : destination.header().archives()) {
                long later = leaveLater(buffer, archive, now);
                finest = archive.equals(destination.header().archives().getFirst()) ? later : finest;
            }
            FillPlan plan = Fill.plan(WhisperImage.of(buffer, half.path()), destination, now);
            if (plan.report().changed()) {
                plan.apply(replacement);
                replacement.syncData();
            }
            return finest;
        } catch (CorruptWhisperFileException | UnsupportedWhisperFormatException e) {
            LOG.warn("points written into {} since it was half replaced are not kept: {}", half.path(), e.getMessage());
            return 0;
        }
    }

    /** Leaves nothing in an archive but the later points, in slots that follow from the first of them. */
    private long leaveLater(ByteBuffer file, ArchiveInfo info, long now) {
        int offset = Math.toIntExact(info.offset());
        Archive all =
                Archive.decode(file.duplicate().order(ByteOrder.BIG_ENDIAN).position(offset), info);
        Archive later = Archive.empty(info);
        long count = 0;
        for (int slot = 0; slot < info.points(); slot++) {
            long time = all.timeAt(slot);
            if (time > began && time <= now && time == info.align(time)) {
                later.set(later.isEmpty() ? 0 : later.slotOf(time), time, all.valueAt(slot));
                count++;
            }
        }
        later.encode(file.duplicate().order(ByteOrder.BIG_ENDIAN).position(offset), 0, info.points());
        return count;
    }
}
