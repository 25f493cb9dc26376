package org.buckytools.whisper.fill;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.buckytools.whisper.Archive;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.CorruptWhisperFileException;
import org.buckytools.whisper.UnsupportedWhisperFormatException;

/**
 * Points that writers have put into a file while it was half replaced: part of it is the new content and part the old one, but
 * neither of these can have a point that is later than the moment in which the replacement began. So those that are later have
 * come since, wherever in its archive they stand, and belong into the new content as well. Earlier ones cannot be told from those
 * that were to be replaced.
 *
 * <p>The half replaced file and its replacement must have the same archives: else what stands where is not known.
 *
 * @param plan what gives the replacement these points
 * @param count how many there are in the finest archive
 */
public record LaterPoints(FillPlan plan, long count) {

    /**
     * Looks for them.
     *
     * @param half the half replaced file, with the archives of {@code replacement}; it is used up
     * @param replacement the whole new content
     * @param began when the replacement began, Unix seconds
     * @param now Unix seconds; points later than that do not count
     */
    public static LaterPoints find(ByteBuffer half, String name, WhisperImage replacement, long began, long now)
            throws CorruptWhisperFileException, UnsupportedWhisperFormatException {
        ByteBuffer bytes = half.slice().order(ByteOrder.BIG_ENDIAN);
        // In the middle of the replacement another method may stand here than in the end.
        replacement.header().write(bytes.duplicate().order(ByteOrder.BIG_ENDIAN));
        long finest = 0;
        for (ArchiveInfo archive : replacement.header().archives()) {
            long later = leaveLater(bytes, archive, began, now);
            finest = archive.equals(replacement.header().archives().getFirst()) ? later : finest;
        }
        return new LaterPoints(Fill.plan(WhisperImage.of(bytes, name), replacement, now), finest);
    }

    /** Leaves nothing in an archive but the later points, in slots that follow from the first of them. */
    private static long leaveLater(ByteBuffer file, ArchiveInfo info, long began, long now) {
        int offset = Math.toIntExact(info.offset());
        Archive all = Archive.decode(file.duplicate().position(offset), info);
        Archive later = Archive.empty(info);
        long count = 0;
        for (int slot = 0; slot < info.points(); slot++) {
            long time = all.timeAt(slot);
            if (time > began && time <= now && time == info.align(time)) {
                later.set(later.isEmpty() ? 0 : later.slotOf(time), time, all.valueAt(slot));
                count++;
            }
        }
        later.encode(file.duplicate().position(offset), 0, info.points());
        return count;
    }
}
