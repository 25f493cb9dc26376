package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.UnreadableWhisperFileException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.fill.WhisperImage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the points that writers have put into a file while it was half replaced; see {@link
 * org.buckytools.whisper.fill.LaterPoints}.
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
        } catch (UnreadableWhisperFileException e) {
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
            var later = org.buckytools.whisper.fill.LaterPoints.find(
                    found.asByteBuffer(), half.path(), destination, began, now);
            if (later.plan().report().changed()) {
                later.plan().apply(replacement);
                replacement.syncData();
            }
            return later.count();
        } catch (UnreadableWhisperFileException e) {
            LOG.warn("points written into {} since it was half replaced are not kept: {}", half.path(), e.getMessage());
            return 0;
        }
    }
}
