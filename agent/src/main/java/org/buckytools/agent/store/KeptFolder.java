package org.buckytools.agent.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.buckytools.agent.store.StorePaths.Folder;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;

/**
 * Keeps the directory of the last metric open for the next one, which is mostly in it too: many small files cost what is done
 * to find them. It is kept for a moment only, as directories are removed, made anew and moved under a running daemon; and what
 * is not found in it is looked for by its whole path. For one thread at a time. Closing lets go of the directory; it can be used
 * afterwards.
 */
public final class KeptFolder implements AutoCloseable {
    private static final long LONGEST_NANOS = Duration.ofMillis(100).toNanos();

    private final StorePaths paths;

    /** Of the last metric, whether it is kept open or not. */
    private Optional<String> last = Optional.empty();

    private Optional<Folder> folder = Optional.empty();

    /** Whether it was not there when it was last looked for. */
    private boolean missing;

    private long openedNanos;

    KeptFolder(StorePaths paths) {
        this.paths = paths;
    }

    /** The directory if it is open; belongs to this. */
    private Optional<Folder> kept(String path) {
        if (!last.filter(path::equals).isPresent()) {
            close();
            last = Optional.of(path);
            missing = false;
        } else if (folder.isPresent() && System.nanoTime() - openedNanos > LONGEST_NANOS) {
            letGo();
        }
        return folder;
    }

    private void keep(Folder opened) {
        folder = Optional.of(opened);
        openedNanos = System.nanoTime();
    }

    /** As {@link StorePaths#openForReading}. Of the first metric of a directory only the file is opened. */
    Optional<Descriptor> openForReading(Place place) throws IOException {
        boolean again = last.filter(place.directory()::equals).isPresent();
        Optional<Folder> open = kept(place.directory());
        if (again && open.isEmpty()) {
            open = paths.folder(place.directory());
            open.ifPresent(this::keep);
        }
        if (open.isPresent()) {
            Optional<Descriptor> found = StorePaths.openForReading(open.get().descriptor(), place);
            if (found.isPresent()) {
                return found;
            }
            letGo();
        }
        return paths.openForReading(place);
    }

    /**
     * As {@link StorePaths#status}, but what has come in the last moments may be missed: what is in a directory of the same name
     * that was made just now, and what others put into one that was made here.
     */
    Optional<FileStatus> status(Place place) throws IOException {
        if (kept(place.directory()).isEmpty()) {
            paths.folder(place.directory()).ifPresent(this::keep);
            missing = folder.isEmpty();
        }
        return folder.isEmpty() || folder.get().made()
                ? Optional.empty()
                : StorePaths.status(folder.get().descriptor(), place);
    }

    /**
     * As {@link StorePaths#directoryMade}; the caller closes it.
     *
     * @return one that may have been removed meanwhile; who finds that calls {@link #letGo} and asks again
     */
    Folder made(String path) throws IOException {
        if (kept(path).isEmpty()) {
            keep(missing ? paths.directoryMadeAnew(path) : paths.directoryMade(path));
            missing = false;
        }
        return folder.orElseThrow().forOneMore();
    }

    /** The next use opens the directory again. */
    void letGo() {
        if (folder.isPresent()) {
            Folder closing = folder.get();
            folder = Optional.empty();
            Descriptors.closeQuietly(closing);
        }
    }

    @Override
    public void close() {
        letGo();
        last = Optional.empty();
    }
}
