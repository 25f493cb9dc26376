package org.buckytools.cli.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.buckytools.cli.task.Modified;
import org.buckytools.protocol.transfer.PointCounts;
import org.buckytools.whisper.Point;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.reshape.Change;
import org.buckytools.whisper.reshape.Reshape;
import org.buckytools.whisper.reshape.ReshapeReport;

/** Gives one file at a time another schema, under its exclusive lock. Safe for use by many threads. */
final class SchemaChanger {
    private final Change change;
    private final OptionalLong now;
    private final boolean dryRun;
    private final InstantSource clock;
    private final Patience patience;
    private final Replacement replacement = new Replacement();

    /**
     * @param now decides which points are too old; empty stands for the clock
     * @param dryRun whether to change nothing
     */
    SchemaChanger(Change change, OptionalLong now, boolean dryRun, InstantSource clock, Patience patience) {
        this.change = change;
        this.now = now;
        this.dryRun = dryRun;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Changes a file.
     *
     * @param shown what messages call it
     * @throws IOException if it cannot be done; the file is as it was, unless the message says otherwise
     */
    Modified change(Place place, String shown) throws IOException {
        while (true) {
            Descriptor opened = place.open(patience, OpenFlag.WRITE)
                    .orElseThrow(() -> new IOException("no such file or directory (ENOENT)"));
            try (Descriptor file = opened) {
                file.lock(true, patience.fileLock());
                FileStatus status = FileStatus.of(file);
                // While we waited, another file may have taken the name.
                if (place.status().filter(status::isSameFile).isPresent()) {
                    return changeLocked(place, file, shown);
                }
            }
        }
    }

    private Modified changeLocked(Place place, Descriptor file, String shown) throws IOException {
        if (dryRun) {
            if (replacement.isUnfinished(place)) {
                throw new IOException("it is half replaced by a run that was killed; run this without --no-op");
            }
        } else {
            replacement.finish(place, file, time());
        }
        long size = FileStatus.of(file).size();
        WhisperHeader header = WhisperHeader.parse(LockedSource.head(file, size), size, file.path());
        Reshape reshape = Reshape.of(header, change, file.path());
        return switch (reshape.extent()) {
            case NOTHING -> result(shown, false, reshape, size, size, PointCounts.NONE);
            case HEADER, WHOLE -> reshaped(place, file, shown, reshape, size);
        };
    }

    private Modified reshaped(Place place, Descriptor file, String shown, Reshape reshape, long size)
            throws IOException {
        if (size > Integer.MAX_VALUE) {
            throw new UnsupportedWhisperFormatException(
                    file.path(), 0, "it is too long to be changed in memory", size + " bytes", "less than 2 GiB");
        }
        boolean headerOnly = reshape.extent() == Reshape.Extent.HEADER;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment old = arena.allocate(size);
            FileContent.readFully(file, old, 0);
            MemorySegment content = arena.allocate(reshape.size());
            ReshapeReport report = reshape.run(old.asByteBuffer(), content.asByteBuffer(), time());
            if (!dryRun && headerOnly) {
                // Within one page, which no killed process leaves half written.
                ByteBuffer bytes = old.asByteBuffer();
                reshape.after().write(bytes);
                FileContent.write(file, old.asSlice(0, bytes.position()), 0);
                file.syncData();
            } else if (!dryRun) {
                replacement.replace(place, file, content);
            }
            return result(shown, true, reshape, size, headerOnly ? size : reshape.size(), counts(report));
        }
    }

    private long time() {
        return Math.clamp(now.orElseGet(() -> clock.instant().getEpochSecond()), 0, Point.MAX_TIME);
    }

    private static PointCounts counts(ReshapeReport report) {
        return new PointCounts(
                report.kept(),
                report.aggregated(),
                report.placed(),
                report.converted(),
                report.condensed(),
                report.lost());
    }

    private static Modified result(
            String shown, boolean changed, Reshape reshape, long sizeBefore, long sizeAfter, PointCounts points) {
        return new Modified(
                Optional.empty(),
                shown,
                changed,
                reshape.before().shape(),
                reshape.after().shape(),
                sizeBefore,
                sizeAfter,
                points);
    }
}
