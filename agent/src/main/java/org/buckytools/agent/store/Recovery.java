package org.buckytools.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.DirectoryReader;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes or undoes what a killed process had begun. Leftovers are looked for in every directory by the first walk; until that
 * is complete, also by whoever is about to work in a directory.
 *
 * <p>Nobody calls this with a metric's lock held: it takes those of the leftovers.
 */
final class Recovery implements LeftoverRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final StoreParts parts;
    private final Landing landing;
    private final Filler filler;
    private final Retirement retirement;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock. Dropped when the first walk is complete.
    private final Set<String> looked = new HashSet<>();
    private volatile boolean complete;

    Recovery(StoreParts parts, Landing landing, Filler filler, Retirement retirement) {
        this.parts = parts;
        this.landing = landing;
        this.filler = filler;
        this.retirement = retirement;
    }

    /**
     * Makes sure that a metric's file is what it should be before it is used.
     *
     * @throws IOException if it is half replaced, and the rest could not be applied
     */
    void ensure(MetricName metric, Place place) throws IOException {
        if (!complete) {
            lock.lock();
            try {
                if (!complete && looked.add(place.directory())) {
                    recover(place.directory());
                }
            } finally {
                lock.unlock();
            }
        }
        if (isHalfReplaced(metric, place)) {
            leftoversIn(place.directory());
            if (isHalfReplaced(metric, place)) {
                throw new IOException(metric + " is half replaced, and the rest could not be applied yet; see the log");
            }
        }
    }

    /** Looks at the disk, too: another program, such as {@code bucky modify}, may have completed the file meanwhile. */
    private boolean isHalfReplaced(MetricName metric, Place place) throws IOException {
        Optional<String> noted = parts.halfReplaced().of(metric);
        if (noted.isEmpty()) {
            return false;
        }
        String hidden = noted.get();
        String path = place.directory().isEmpty() ? hidden : place.directory() + "/" + hidden;
        Optional<Descriptor> opened = parts.paths().directory(path);
        if (opened.isPresent()) {
            try (Descriptor inside = opened.get()) {
                if (FileTree.status(inside, place.stem()).isPresent()) {
                    return true;
                }
            }
        }
        // Whoever completes a file takes the content away only afterwards, when it is durable.
        parts.halfReplaced().remove(metric, hidden);
        parts.hidden().settled(hidden);
        LOG.info("{} was half replaced; another program has completed it", metric);
        return false;
    }

    @Override
    public void leftoversIn(String directory) {
        lock.lock();
        try {
            recover(directory);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void walkCompleted() {
        lock.lock();
        try {
            complete = true;
            looked.clear();
        } finally {
            lock.unlock();
        }
    }

    private void recover(String path) {
        try {
            Optional<Descriptor> opened = parts.paths().directory(path);
            if (opened.isEmpty()) {
                return;
            }
            try (Descriptor directory = opened.get()) {
                for (String name : hiddenNamesIn(directory)) {
                    Optional<HiddenNames.Kind> kind = parts.hidden().leftover(name);
                    if (kind.isPresent()) {
                        recover(path, directory, name, kind.get());
                    }
                }
            }
        } catch (IOException e) {
            LOG.error("leftovers in {} could not be looked at, and stay: {}", shown(path), e.getMessage());
        }
    }

    private static List<String> hiddenNamesIn(Descriptor directory) throws IOException {
        List<String> names = new ArrayList<>();
        byte[] prefix = HiddenNames.PREFIX.getBytes(UTF_8);
        try (DirectoryReader reader = DirectoryReader.open(directory, new byte[] {'.'})) {
            while (reader.next()) {
                int at = 0;
                while (at < prefix.length && at < reader.nameLength() && reader.nameByte(at) == prefix[at]) {
                    at++;
                }
                if (at == prefix.length) {
                    names.add(new String(reader.name(), UTF_8));
                }
            }
        }
        return names;
    }

    private void recover(String path, Descriptor directory, String name, HiddenNames.Kind kind) {
        try {
            if (kind == HiddenNames.Kind.STAGE) {
                FileTree.remove(directory, name);
                LOG.info("removed an unfinished upload from {}", shown(path));
            } else {
                Optional<Descriptor> opened = FileTree.find(directory, name, OpenFlag.DIRECTORY);
                if (opened.isEmpty()) {
                    return;
                }
                try (Descriptor inside = opened.get()) {
                    recover(path, directory, inside, kind);
                }
                if (!FileTree.removeEmptyDirectory(directory, name)) {
                    return;
                }
            }
            parts.hidden().settled(name);
        } catch (IOException e) {
            LOG.error(
                    "{} in {} could not be recovered, and is kept for the next start: {}",
                    name,
                    shown(path),
                    e.getMessage());
        }
    }

    /** What fails with one of the files inside stops none of the others. */
    private void recover(String path, Descriptor directory, Descriptor inside, HiddenNames.Kind kind)
            throws IOException {
        IOException failed = null;
        for (String stem : entriesOf(inside)) {
            try {
                recover(path, directory, inside, stem, kind);
            } catch (IOException e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private static List<String> entriesOf(Descriptor directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryReader reader = DirectoryReader.open(directory, new byte[] {'.'})) {
            while (reader.next()) {
                names.add(new String(reader.name(), UTF_8));
            }
        }
        return names;
    }

    private void recover(String path, Descriptor directory, Descriptor inside, String stem, HiddenNames.Kind kind)
            throws IOException {
        String dotted = path.isEmpty() ? stem : path.replace('/', '.') + "." + stem;
        if (stem.indexOf('.') >= 0 || !MetricName.isValid(dotted)) {
            throw new IOException("it holds " + stem + ", which is no metric");
        }
        MetricName metric = new MetricName(dotted);
        Place place = Place.of(metric);
        try (MetricLocks.Held _ = parts.locks().lock(metric)) {
            if (kind == HiddenNames.Kind.RETIRE) {
                if (retirement.putBack(metric, place, directory, inside)) {
                    LOG.info("{} was about to be deleted when a daemon was killed; it is back", metric);
                }
            } else {
                long kept = replaceAgain(metric, place, directory, inside);
                parts.halfReplaced().remove(metric);
                LOG.info(
                        "{} was being replaced when that broke off; it is whole again, with {} points written since",
                        metric,
                        kept);
            }
        }
    }

    /**
     * Applies a replacement again, with the points that writers have put into the half replaced file since it began: they are
     * filled into the replacement first, so that nothing is lost if this breaks off, too.
     *
     * @return how many these were
     */
    private long replaceAgain(MetricName metric, Place place, Descriptor directory, Descriptor inside)
            throws IOException {
        // Set when the stage was moved into it, under the file's lock, and by nothing else.
        long began = FileStatus.of(inside).modifiedSeconds();
        Optional<Descriptor> found = FileTree.find(inside, place.stem(), OpenFlag.WRITE);
        if (found.isEmpty()) {
            return 0;
        }
        try (Descriptor stage = found.get()) {
            while (true) {
                Optional<Descriptor> target = parts.paths().openForWriting(metric, place);
                if (target.isEmpty()) {
                    // Deleted meanwhile by someone else. The upload was not answered, but it is the newest there is.
                    if (FileTree.renameNoReplace(inside, place.stem(), directory, place.leaf())) {
                        parts.events().created(metric);
                        return 0;
                    }
                    continue;
                }
                try (Descriptor existing = target.get()) {
                    OptionalLong kept = replaceAgain(place, existing, inside, stage, began);
                    if (kept.isEmpty()) {
                        continue;
                    }
                    FileTree.remove(inside, place.stem());
                    landing.syncDirectory(place, directory);
                    return kept.getAsLong();
                }
            }
        }
    }

    /** As the other one; empty if the metric's name leads to another file by now, and nothing was done. */
    private OptionalLong replaceAgain(Place place, Descriptor existing, Descriptor inside, Descriptor stage, long began)
            throws IOException {
        long comparable = LaterPoints.comparableBytes(stage, existing);
        // Memory first: nobody waits for memory while others wait for the file.
        try (FillMemory.Lease memory =
                parts.fillMemory().acquire(comparable, Math.max(comparable, BufferPool.LARGE_BYTES))) {
            existing.lock(true, parts.patience().fileLock());
            if (!filler.isStillNamed(place, FileStatus.of(existing))) {
                return OptionalLong.empty();
            }
            if (FileTree.status(inside, place.stem()).isEmpty()) {
                // Another program was at it all the time, and has finished: what was written since must stay.
                return OptionalLong.of(0);
            }
            long kept = 0;
            if (comparable > 0) {
                kept = new LaterPoints(began, parts.clock()).keep(existing, stage, comparable, memory);
            }
            landing.apply(stage, existing, FileStatus.of(stage).size(), memory.destination());
            return OptionalLong.of(kept);
        }
    }

    private String shown(String path) {
        return parts.paths().root().resolve(path).toString();
    }
}
