package org.buckytools.whisper.reshape;

import static java.util.Comparator.comparingLong;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.whisper.ArchiveInfo;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.Fill;
import org.buckytools.whisper.fill.FillPlan;
import org.buckytools.whisper.fill.FillReport;
import org.buckytools.whisper.fill.WhisperImage;

/** One file's new shape, and how it gets its points. */
public final class Reshape {
    /** What a buffer can hold; also what is kept in memory at once. */
    private static final long MAX_SIZE = Integer.MAX_VALUE - 8L;

    private final WhisperHeader before;
    private final WhisperHeader after;
    private final String file;
    private final boolean converts;
    private final boolean sameArchives;

    /** How much of a file changes. */
    public enum Extent {
        /** Nothing: it is as it is wanted. */
        NOTHING,
        /** The header, which keeps its length; no point is touched. */
        HEADER,
        /** All of it. */
        WHOLE
    }

    private Reshape(WhisperHeader before, WhisperHeader after, String file, boolean converts) {
        this.before = before;
        this.after = after;
        this.file = file;
        this.converts = converts;
        this.sameArchives = before.archives().equals(after.archives());
    }

    /**
     * Applies a change to a file's header. Its points are not looked at.
     *
     * @param file what messages call the file
     * @throws ImpossibleChangeException if the result would break a rule for new files, have no archive, or be 2 GiB long or longer
     */
    public static Reshape of(WhisperHeader header, Change change, String file) throws ImpossibleChangeException {
        WhisperHeader after = change.applyTo(header, file);
        if (after.fileSize() > MAX_SIZE) {
            throw new ImpossibleChangeException(
                    file,
                    "it would be " + after.fileSize() + " bytes long, and files of less than 2 GiB can be changed");
        }
        boolean converts = !change.keepsValues()
                && header.archives().size() > 1
                && MethodConversion.isPossible(header.aggregation(), after.aggregation());
        return new Reshape(header, after, file, converts);
    }

    /** How much changes. */
    public Extent extent() {
        if (before.equals(after)) {
            return Extent.NOTHING;
        }
        return sameArchives && !converts ? Extent.HEADER : Extent.WHOLE;
    }

    /** The header as it is. */
    public WhisperHeader before() {
        return before;
    }

    /** The header as it will be. */
    public WhisperHeader after() {
        return after;
    }

    /** The length of the new content in bytes. Bytes that nothing in the header refers to do not come along. */
    public int size() {
        return (int) after.fileSize();
    }

    /**
     * Computes the new content.
     *
     * @param old the whole file, from the buffer's position to its limit; it is used up: values are converted in place
     * @param content as long as {@link #size}, all zeros; it holds the new file afterwards, position and limit stay
     * @param now seconds since the epoch
     * @throws IOException if the old content is not what its header was taken from, or has two archives of one step
     */
    public ReshapeReport run(ByteBuffer old, ByteBuffer content, long now) throws IOException {
        if (now < 0 || now > Point.MAX_TIME) {
            throw new IllegalArgumentException("now is " + now + "; a Whisper file knows 0 to " + Point.MAX_TIME);
        }
        ByteBuffer from = old.slice().order(ByteOrder.BIG_ENDIAN);
        ByteBuffer to = content.slice().order(ByteOrder.BIG_ENDIAN);
        if (to.remaining() != size()) {
            throw new IllegalArgumentException(to.remaining() + " bytes for a content of " + size());
        }
        WhisperImage source = WhisperImage.of(from, file);
        if (!source.header().equals(before)) {
            throw new IOException(file + " got another header while it was to be changed");
        }
        List<Ring> oldRings = rings(from, before);
        long converted = converts ? MethodConversion.convert(oldRings, before.aggregation(), after.aggregation()) : 0;
        after.write(to.duplicate());
        List<Ring> newRings = rings(to, after);
        for (Ring ring : newRings) {
            for (Ring other : oldRings) {
                if (other.step == ring.step && !other.isEmpty()) {
                    takeOver(other, ring, now);
                }
            }
        }
        if (sameArchives) {
            long kept = oldRings.stream()
                    .mapToLong(ring -> visible(ring, now).length)
                    .sum();
            return new ReshapeReport(kept, 0, 0, converted, 0, 0);
        }
        FillPlan plan = Fill.planAdding(source, WhisperImage.of(to, file), now);
        plan.apply(to);
        Rescue rescue = new Rescue(oldRings, newRings, after.aggregation(), now);
        rescue.run();
        FillReport filled = plan.report();
        return new ReshapeReport(
                rescue.kept(),
                filled.aggregated() + rescue.aggregated(),
                filled.placedFromCoarser() + rescue.placed(),
                converted,
                rescue.condensed(),
                rescue.lost());
    }

    private static List<Ring> rings(ByteBuffer bytes, WhisperHeader header) {
        List<ArchiveInfo> archives = new ArrayList<>(header.archives());
        archives.sort(comparingLong(ArchiveInfo::secondsPerPoint));
        return archives.stream().map(archive -> new Ring(bytes, archive)).toList();
    }

    /** The times of the points that a reader can see at {@code now}, and of those later than that. */
    static long[] visible(Ring ring, long now) {
        return ring.timesAfter(Math.max(0, now - ring.info.retention()));
    }

    private static void takeOver(Ring old, Ring ring, long now) {
        if (old.info.points() == ring.info.points()) {
            ring.copy(old);
            return;
        }
        // Also what is too old for the old archive and still in one of its slots: a longer one has a place for it.
        long[] times = old.timesAfter(Math.max(0, now - ring.info.retention()));
        // In order, so that points of the future, which alone can be in the way of others, come last.
        for (long time : times) {
            ring.add(time, old.bits(time), now);
        }
    }
}
