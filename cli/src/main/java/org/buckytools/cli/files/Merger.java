package org.buckytools.cli.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.fill.Fill;
import org.buckytools.whisper.fill.FillPlan;
import org.buckytools.whisper.fill.FillReport;
import org.buckytools.whisper.fill.WhisperImage;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;

/**
 * Gives one place what a file in another holds: a copy where there is no file, else a fill. A copy is made under a hidden
 * name and takes its own in one step, which replaces nothing; no two locks are held at once.
 */
final class Merger {
    /** As daemons call what they have not finished; one that starts on this store removes what was left behind. */
    private static final String STAGE_PREFIX = ".bucky-";

    private static final int STAGE_MODE = 0600;

    private final HiddenNames names = new HiddenNames();

    /** Of directories, whether a file that is made there has the directory's owner and group anyway. */
    private final Map<Descriptor, Boolean> alike = Collections.synchronizedMap(new WeakHashMap<>());

    private final InstantSource clock;
    private final Patience patience;

    /**
     * What was done.
     *
     * @param report what the fill did; empty if a copy was made
     * @param version which content of the source was read; empty if a later write to it might not show
     */
    record Merged(Optional<FillReport> report, Optional<FileVersion> version) {
        /** Whether the source holds what the destination does not. */
        boolean sourceHoldsMore() {
            return report.isPresent() && report.get().sourceHoldsMore();
        }
    }

    Merger(InstantSource clock, Patience patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Copies or fills.
     *
     * @param thorough as one must before the source is deleted: waits until a later write to the source would show, and
     *     until the destination is on the disk
     * @throws IOException if it cannot be done; the destination is as it was, or, if writing failed, a valid file that a
     *     second run completes
     */
    Merged merge(Place source, Place destination, boolean thorough) throws IOException {
        while (true) {
            Optional<Merged> merged = destination.status().isEmpty()
                    ? copy(source, destination, thorough)
                    : fill(source, destination, thorough);
            // Else somebody made or removed the destination meanwhile.
            if (merged.isPresent()) {
                return merged.get();
            }
        }
    }

    private Optional<Merged> copy(Place source, Place destination, boolean thorough) throws IOException {
        Descriptor directory = destination.directory();
        try (LockedSource from = LockedSource.open(source, thorough, clock, patience)) {
            from.check();
            String stage = names.make(STAGE_PREFIX);
            Descriptor made = FileTree.create(directory, stage, STAGE_MODE)
                    .orElseThrow(() -> new IOException(directory.path() + "/" + stage + " exists already"));
            boolean placed = false;
            try (Descriptor copy = made) {
                from.copyTo(copy);
                FileStatus status = from.status();
                if (!alike.getOrDefault(directory, false)) {
                    alike.put(directory, takeOwner(copy, FileStatus.of(directory)));
                }
                copy.changeMode(status.permissions());
                copy.changeModified(status.modifiedSeconds(), status.modifiedNanos());
                copy.sync();
                placed = FileTree.renameNoReplace(directory, stage, directory, destination.leaf());
            } finally {
                if (!placed) {
                    FileTree.remove(directory, stage);
                }
            }
            if (!placed) {
                return Optional.empty();
            }
            if (thorough) {
                directory.sync();
            }
            return Optional.of(new Merged(Optional.empty(), from.version()));
        }
    }

    /**
     * Who may write to the directory writes to the file too; without the right to give files away, it stays ours.
     *
     * @return whether the file had this owner and group anyway
     */
    static boolean takeOwner(Descriptor file, FileStatus directory) throws IOException {
        FileStatus status = FileStatus.of(file);
        if (status.uid() == directory.uid() && status.gid() == directory.gid()) {
            return true;
        }
        try {
            file.changeOwner(directory.uid(), directory.gid());
        } catch (PosixException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
        }
        return false;
    }

    private Optional<Merged> fill(Place source, Place destination, boolean thorough) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            WhisperImage image;
            FileStatus status;
            Optional<FileVersion> version;
            try (LockedSource from = LockedSource.open(source, thorough, clock, patience)) {
                status = from.status();
                if (destination.status().filter(status::isSameFile).isPresent()) {
                    throw new IOException(source + " and " + destination + " are the same file");
                }
                image = from.image(arena);
                version = from.version();
            }
            Optional<Descriptor> opened = destination.open(patience, OpenFlag.WRITE);
            if (opened.isEmpty()) {
                return Optional.empty();
            }
            try (Descriptor into = opened.get()) {
                into.lock(true, patience.fileLock());
                FileStatus locked = FileStatus.of(into);
                // While we waited, another file may have taken the name.
                if (locked.isSameFile(status)
                        || destination.status().filter(locked::isSameFile).isEmpty()) {
                    return Optional.empty();
                }
                WhisperImage own = LockedSource.image(into, locked.size(), arena);
                FillPlan plan = Fill.plan(image, own, clock.instant().getEpochSecond());
                plan.apply(into);
                if (thorough) {
                    // Also after a fill that changed nothing: the one that did may have crashed before this line.
                    into.sync();
                    destination.directory().sync();
                }
                return Optional.of(new Merged(Optional.of(plan.report()), version));
            }
        }
    }
}
