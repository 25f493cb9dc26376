package org.buckytools.agent.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.buckytools.agent.store.DeleteOutcome.Absent;
import org.buckytools.agent.store.DeleteOutcome.Deleted;
import org.buckytools.agent.store.DeleteOutcome.Kept;
import org.buckytools.agent.store.DeleteOutcome.Reason;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.fill.FillReport;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.LockTimeoutException;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conditional deletes. Between the copy of a file and its delete a writer may have opened it, and may write to it at any time
 * thereafter, wherever it is renamed to. So the file first gets a hidden name, by which nobody can open it any more; once a
 * write lease shows that nobody has it open either, its version is compared for the last time, and only then is it removed.
 * Otherwise it gets its name back with all that was written to it.
 *
 * <p>Callers hold the metric's lock.
 */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final StoreParts parts;
    private final Filler filler;

    Retirement(StoreParts parts, Filler filler) {
        this.parts = parts;
        this.filler = filler;
    }

    /** Deletes a file if it is the version named. Empty directories are the caller's. */
    DeleteOutcome deleteUnchanged(MetricName metric, Place place, FileVersion version) throws IOException {
        Optional<Descriptor> opened = parts.paths().directory(place.directory());
        if (opened.isEmpty()) {
            return new Absent();
        }
        try (Descriptor directory = opened.get()) {
            Optional<Descriptor> found = parts.paths().openForReading(place);
            if (found.isEmpty()) {
                return new Absent();
            }
            try (Descriptor file = found.get()) {
                return deleteUnchanged(metric, place, directory, file, version);
            }
        }
    }

    private DeleteOutcome deleteUnchanged(
            MetricName metric, Place place, Descriptor directory, Descriptor file, FileVersion version)
            throws IOException {
        try {
            file.lock(true, parts.patience().fileLock());
        } catch (LockTimeoutException e) {
            return new Kept(Reason.BUSY, metric + ": " + e.getMessage());
        }
        FileStatus status = FileStatus.of(file);
        if (!status.isRegularFile()) {
            return new Absent();
        }
        if (!versionOf(status).equals(version)) {
            return changed(metric);
        }
        String hidden = parts.hidden().next(HiddenNames.Kind.RETIRE);
        FileTree.createDirectory(directory, hidden, 0700);
        try (Descriptor inside =
                FileTree.find(directory, hidden, OpenFlag.DIRECTORY).orElseThrow()) {
            try {
                FileTree.renameNoReplace(directory, place.leaf(), inside, place.stem());
            } catch (PosixException e) {
                if (e.errno() == Errno.ENOENT) {
                    return new Absent();
                }
                throw e;
            }
            boolean settled = false;
            try {
                // Who waits for the lock has the file open: it must get on, to close it.
                file.unlock();
                DeleteOutcome outcome = decide(metric, place, file, status, inside, version);
                if (outcome instanceof Deleted) {
                    FileTree.remove(inside, place.stem());
                    settled = true;
                    parts.events().deleted(metric);
                } else {
                    settled = putBack(metric, place, directory, inside);
                }
                return outcome;
            } finally {
                if (!settled) {
                    parts.hidden().abandon(hidden);
                }
            }
        } finally {
            // Fails, and rightly so, while something is in it.
            Descriptors.removeDirectoryQuietly(directory, hidden);
        }
    }

    private DeleteOutcome decide(
            MetricName metric,
            Place place,
            Descriptor file,
            FileStatus opened,
            Descriptor inside,
            FileVersion version) {
        try {
            if (FileTree.status(inside, place.stem()).filter(opened::isSameFile).isEmpty()) {
                // Another program has put another file in its place, and that one was moved.
                return changed(metric);
            }
            switch (awaitLease(file)) {
                case BUSY -> {
                    return new Kept(
                            Reason.BUSY,
                            metric + ": another process has had the file open for "
                                    + parts.patience().openElsewhere().toSeconds() + " s");
                }
                case ACQUIRED -> {
                    // Nobody has it open now, and nobody will: its name is not known.
                    if (versionOf(FileStatus.of(file)).equals(version)) {
                        return new Deleted();
                    }
                    // It is opened again to be filled from, or by its old name.
                    file.releaseLease();
                    return changed(metric);
                }
                case UNSUPPORTED ->
                    LockSupport.parkNanos(parts.patience().withoutLeases().toNanos());
            }
            return versionOf(FileStatus.of(file)).equals(version) ? new Deleted() : changed(metric);
        } catch (IOException e) {
            // The file must get its name back, whatever it is that does not work.
            return new Kept(Reason.BUSY, metric + " could not be deleted: " + e.getMessage());
        }
    }

    private Descriptor.Lease awaitLease(Descriptor file) throws IOException {
        long start = System.nanoTime();
        long pause = FIRST_PAUSE.toNanos();
        while (true) {
            Descriptor.Lease lease = file.tryWriteLease();
            boolean over =
                    System.nanoTime() - start > parts.patience().openElsewhere().toNanos();
            if (lease != Descriptor.Lease.BUSY || over || Thread.currentThread().isInterrupted()) {
                return lease;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
        }
    }

    private static Kept changed(MetricName metric) {
        return new Kept(Reason.CHANGED, metric + " has been written since it was copied; copy it again");
    }

    /**
     * Gives a retired file its name back. If there is another file of that name by now, its points go there.
     *
     * @param inside the hidden directory it is in
     * @return whether the hidden directory is empty now; if not, what is in it is kept, having points that have no place
     *     elsewhere
     */
    boolean putBack(MetricName metric, Place place, Descriptor directory, Descriptor inside) throws IOException {
        while (!FileTree.renameNoReplace(inside, place.stem(), directory, place.leaf())) {
            Optional<Descriptor> newcomer = parts.paths().openForWriting(metric, place);
            if (newcomer.isEmpty()) {
                continue;
            }
            try (Descriptor destination = newcomer.get();
                    Descriptor source = FileTree.find(inside, place.stem()).orElseThrow()) {
                Optional<FillReport> report = filler.fill(metric, place, destination, source, 0, Optional.empty());
                if (report.isPresent()) {
                    if (report.get().sourceHoldsMore()) {
                        LOG.warn(
                                "{} was made anew with another schema while it was being deleted; older points that have no"
                                        + " place there are kept in {}",
                                metric,
                                inside.path());
                        return false;
                    }
                    return FileTree.remove(inside, place.stem());
                }
            }
        }
        // A walk may have passed while the name was not there.
        parts.events().created(metric);
        return true;
    }

    static FileVersion versionOf(FileStatus status) {
        return new FileVersion(
                status.device(), status.inode(), status.size(), status.modifiedSeconds(), status.modifiedNanos());
    }
}
