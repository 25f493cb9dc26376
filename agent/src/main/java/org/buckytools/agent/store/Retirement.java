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
import org.buckytools.whisper.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conditional deletes. Between the copy of a file and its delete a writer may have opened it, and may write to it at any time
 * thereafter, wherever it is renamed to. So a write lease has to show that nobody has the file open; under it, the version is
 * compared and the file gets a hidden name, by which nobody can open it any more. If nobody has tried to open it by then, and it
 * is indeed the file that was looked at, it is removed. Otherwise it gets its name back.
 *
 * <p>The lease comes before the hidden name: a file that somebody has open keeps its name all the time, or carbon would make it
 * anew. Who finds the file by its name before it is hidden, and opens it under the lease, has to wait, which the lease tells.
 *
 * <p>Where there are no leases the file is hidden first, and looked at again when those who had it open had time to finish.
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

    /** Deletes a file if it is the version named. Waits for those who have it open. */
    DeleteOutcome deleteUnchanged(MetricName metric, Place place, RetirementFolder folder, FileVersion version)
            throws IOException {
        Optional<Descriptor> found = open(place, folder);
        if (found.isEmpty()) {
            return new Absent();
        }
        try (Descriptor file = found.get()) {
            long start = System.nanoTime();
            long pause = FIRST_PAUSE.toNanos();
            while (true) {
                try {
                    file.lock(true, parts.patience().fileLock());
                } catch (LockTimeoutException e) {
                    return new Kept(Reason.BUSY, metric + ": " + e.getMessage());
                }
                Optional<DeleteOutcome> outcome = deleteOpened(metric, place, folder, file, version, true);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                if (System.nanoTime() - start > parts.patience().openElsewhere().toNanos()
                        || Thread.currentThread().isInterrupted()) {
                    return openElsewhere(metric);
                }
                // Who waits for the lock has the file open: it must get on, to close it.
                file.unlock();
                LockSupport.parkNanos(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
            }
        }
    }

    /** As {@link #deleteUnchanged}, but gives up, with an empty result, where that would wait for somebody. */
    Optional<DeleteOutcome> deleteAtOnce(MetricName metric, Place place, RetirementFolder folder, FileVersion version)
            throws IOException {
        Optional<Descriptor> found = open(place, folder);
        if (found.isEmpty()) {
            return Optional.of(new Absent());
        }
        // No lock: where there is a lease nobody has the file open, and so nobody holds one; elsewhere nothing is done.
        try (Descriptor file = found.get()) {
            return deleteOpened(metric, place, folder, file, version, false);
        }
    }

    private static Optional<Descriptor> open(Place place, RetirementFolder folder) throws IOException {
        boolean mayBeRemoved = folder.isOpen();
        Optional<Descriptor> found = openIn(place, folder);
        if (found.isEmpty() && mayBeRemoved) {
            folder.close();
            found = openIn(place, folder);
        }
        return found;
    }

    private static Optional<Descriptor> openIn(Place place, RetirementFolder folder) throws IOException {
        Optional<Descriptor> directory = folder.directory();
        return directory.isPresent() ? StorePaths.openForReading(directory.get(), place) : Optional.empty();
    }

    /**
     * Deletes a file.
     *
     * @param patiently whether to wait where only time shows that nobody has the file open; then the file is locked
     * @return empty if somebody has it open, or may have; then it is as it was
     */
    private Optional<DeleteOutcome> deleteOpened(
            MetricName metric,
            Place place,
            RetirementFolder folder,
            Descriptor file,
            FileVersion version,
            boolean patiently)
            throws IOException {
        Descriptor.Lease lease = file.tryWriteLease();
        FileStatus status = FileStatus.of(file);
        if (!status.isRegularFile()) {
            return Optional.of(new Absent());
        }
        if (!versionOf(status).equals(version)) {
            return Optional.of(changed(metric));
        }
        return switch (lease) {
            case ACQUIRED -> hideAndDelete(metric, place, folder, file, version, true);
            case UNSUPPORTED ->
                patiently ? hideAndDelete(metric, place, folder, file, version, false) : Optional.empty();
            case BUSY -> Optional.empty();
        };
    }

    private Optional<DeleteOutcome> hideAndDelete(
            MetricName metric,
            Place place,
            RetirementFolder folder,
            Descriptor file,
            FileVersion version,
            boolean leased)
            throws IOException {
        Descriptor directory = folder.directory().orElseThrow();
        Descriptor inside = folder.inside();
        try {
            if (!FileTree.renameNoReplace(directory, place.leaf(), inside, place.stem())) {
                throw new IOException(metric + " cannot be hidden: " + inside.path() + " has " + place.stem());
            }
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.of(new Absent());
            }
            throw e;
        }
        boolean settled = false;
        try {
            Optional<DeleteOutcome> outcome = leased
                    ? decideLeased(metric, place, directory, inside, file, version)
                    : Optional.of(decideWithoutLease(metric, place, inside, file, version));
            if (outcome.isEmpty()) {
                settled = true;
            } else if (outcome.get() instanceof Deleted) {
                FileTree.remove(inside, place.stem());
                settled = true;
                folder.fileDeleted();
                parts.events().deleted(metric);
            } else {
                settled = putBack(metric, place, directory, inside);
            }
            return outcome;
        } finally {
            if (!settled) {
                folder.abandonHidden();
            }
        }
    }

    /**
     * Looks at a hidden file on which there has been a lease since its version was compared.
     *
     * @return empty if somebody is opening the file, and it has its name again
     */
    private Optional<DeleteOutcome> decideLeased(
            MetricName metric,
            Place place,
            Descriptor directory,
            Descriptor inside,
            Descriptor file,
            FileVersion version) {
        try {
            // If another program has put another file in its place, that one was moved.
            boolean same = isVersion(FileTree.status(inside, place.stem()), version);
            // INVARIANT: who found the file by its name did so before it was hidden, and waits for the lease by now.
            if (same && file.isSoleHolder()) {
                return Optional.of(new Deleted());
            }
            // It is opened now by who waits, and by us to be filled from.
            file.releaseLease();
            if (!same) {
                return Optional.of(changed(metric));
            }
            if (FileTree.renameNoReplace(inside, place.stem(), directory, place.leaf())) {
                // A walk may have passed while the name was not there.
                parts.events().created(metric);
                return Optional.empty();
            }
            // There is a new file of that name. What is still written to the old one must be complete before it goes
            // there.
            file.unlock();
            return Optional.of(
                    switch (awaitLease(file)) {
                        case BUSY -> openElsewhere(metric);
                        case ACQUIRED, UNSUPPORTED -> {
                            if (versionOf(FileStatus.of(file)).equals(version)) {
                                yield new Deleted();
                            }
                            file.releaseLease();
                            yield changed(metric);
                        }
                    });
        } catch (IOException e) {
            return Optional.of(notDeleted(metric, e));
        }
    }

    private DeleteOutcome decideWithoutLease(
            MetricName metric, Place place, Descriptor inside, Descriptor file, FileVersion version) {
        try {
            // Who waits for the lock has the file open: it must get on, to close it.
            file.unlock();
            if (!isVersion(FileTree.status(inside, place.stem()), version)) {
                return changed(metric);
            }
            LockSupport.parkNanos(parts.patience().withoutLeases().toNanos());
            return versionOf(FileStatus.of(file)).equals(version) ? new Deleted() : changed(metric);
        } catch (IOException e) {
            return notDeleted(metric, e);
        }
    }

    private static boolean isVersion(Optional<FileStatus> status, FileVersion version) {
        return status.filter(there -> versionOf(there).equals(version)).isPresent();
    }

    /** The file must get its name back, whatever it is that does not work. */
    private static Kept notDeleted(MetricName metric, IOException e) {
        return new Kept(Reason.BUSY, metric + " could not be deleted: " + e.getMessage());
    }

    private Kept openElsewhere(MetricName metric) {
        return new Kept(
                Reason.BUSY,
                metric + ": another process has had the file open for "
                        + parts.patience().openElsewhere().toSeconds() + " s");
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
