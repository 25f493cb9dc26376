package org.buckytools.agent.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;

/**
 * A directory that files are being deleted from, with the hidden directory that they pass through, which is the same for all of
 * them: they are opened and made when they are needed. Closing removes the hidden directory, and the directory with those above
 * it as far as they are empty; this can be used again then. For one thread at a time.
 */
final class RetirementFolder implements AutoCloseable {
    // Directories are moved under a running daemon.
    private static final long LONGEST_NANOS = Duration.ofMillis(100).toNanos();

    private final StoreParts parts;
    private final String path;
    private Optional<Descriptor> directory = Optional.empty();
    private long openedNanos;
    private Optional<Hidden> hidden = Optional.empty();
    private boolean deleted;

    private record Hidden(String name, Descriptor inside) {}

    RetirementFolder(StoreParts parts, String path) {
        this.parts = parts;
        this.path = path;
    }

    String path() {
        return path;
    }

    /** Whether the directory has been open for more than one file, and may have been removed meanwhile. */
    boolean isOpen() {
        return directory.isPresent();
    }

    /** Whether it has been open for so long that it should be looked for again. */
    boolean isOld() {
        return isOpen() && System.nanoTime() - openedNanos > LONGEST_NANOS;
    }

    /** The directory; empty if there is none. */
    Optional<Descriptor> directory() throws IOException {
        if (directory.isEmpty()) {
            directory = parts.paths().directory(path);
            openedNanos = System.nanoTime();
        }
        return directory;
    }

    /** The hidden directory. Only while the directory is open. */
    Descriptor inside() throws IOException {
        if (hidden.isEmpty()) {
            Descriptor parent = directory.orElseThrow();
            String name = parts.hidden().next(HiddenNames.Kind.RETIRE);
            FileTree.createDirectory(parent, name, 0700);
            boolean opened = false;
            try {
                hidden = Optional.of(new Hidden(
                        name,
                        FileTree.find(parent, name, OpenFlag.DIRECTORY)
                                .orElseThrow(() -> new StoreBusyException(name + " was removed by another program"))));
                opened = true;
            } finally {
                if (!opened) {
                    Descriptors.removeDirectoryQuietly(parent, name);
                }
            }
        }
        return hidden.get().inside();
    }

    /** Leaves the hidden directory, with what is in it, to recovery; the next file gets another. */
    void abandonHidden() {
        if (hidden.isPresent()) {
            parts.hidden().abandon(hidden.get().name());
            closeHidden();
        }
    }

    /** There may be no file in the directory any more. */
    void fileDeleted() {
        deleted = true;
    }

    private void closeHidden() {
        Hidden closing = hidden.orElseThrow();
        hidden = Optional.empty();
        Descriptors.closeQuietly(closing.inside());
        // Fails, and rightly so, while something is in it.
        Descriptors.removeDirectoryQuietly(directory.orElseThrow(), closing.name());
    }

    @Override
    public void close() {
        if (directory.isEmpty()) {
            return;
        }
        if (hidden.isPresent()) {
            closeHidden();
        }
        Descriptor closing = directory.get();
        directory = Optional.empty();
        if (deleted) {
            deleted = false;
            parts.paths().prune(path, closing);
        }
        Descriptors.closeQuietly(closing);
    }
}
