package org.buckytools.cli.files;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.buckytools.cli.files.Merger.Merged;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;

/**
 * Deletes a source whose points are elsewhere, if it is still what was read. Who is about to open it may write to it at any
 * time: so it first gets a hidden name, by which nobody can open it any more; once nobody has it open, it is looked at for the
 * last time, and only then removed. Else it gets its name back.
 *
 * <p>The hidden name is that of the daemons, {@code .bucky-retire-HEX/METRIC}: should this process be killed in between, a
 * daemon that starts on this store gives the file its name back.
 */
final class SourceRemoval {
    private static final String HIDDEN_PREFIX = ".bucky-retire-";
    private static final int HIDDEN_MODE = 0700;

    private final Merger merger;
    private final HiddenNames names = new HiddenNames();
    private final Patience patience;

    /** What became of the source. */
    enum Outcome {
        REMOVED,
        /** It was written since it was read, or another file has its name: there is something to be merged again. */
        CHANGED
    }

    /** {@code merger} is for what was written while the file was hidden. */
    SourceRemoval(Merger merger, Patience patience) {
        this.merger = merger;
        this.patience = patience;
    }

    /**
     * Deletes a file if it is of that version.
     *
     * @throws IOException if it cannot be deleted; it has its name, or the message says where it is
     */
    Outcome remove(Place source, FileVersion version) throws IOException {
        Descriptor directory = source.directory();
        Optional<Descriptor> found = source.open(patience);
        if (found.isEmpty()) {
            return Outcome.REMOVED;
        }
        try (Descriptor file = found.get()) {
            String name = names.make(HIDDEN_PREFIX);
            FileTree.createDirectory(directory, name, HIDDEN_MODE);
            try (Descriptor inside =
                    FileTree.find(directory, name, OpenFlag.DIRECTORY).orElseThrow()) {
                Place hidden = new Place(inside, stem(source.leaf()));
                return switch (hide(source, file, hidden, version)) {
                    case HIDDEN -> removeHidden(source, file, hidden, version);
                    case CHANGED -> Outcome.CHANGED;
                    case GONE -> Outcome.REMOVED;
                };
            } finally {
                // Does nothing, and rightly so, while something is in it.
                FileTree.removeEmptyDirectory(directory, name);
            }
        }
    }

    private static String stem(String leaf) {
        return leaf.endsWith(".wsp") ? leaf.substring(0, leaf.length() - ".wsp".length()) : leaf;
    }

    /** What came of hiding a file. */
    private enum Hiding {
        HIDDEN,
        CHANGED,
        GONE
    }

    /**
     * Gives the file its hidden name, at a moment when nobody has it open: a writer that finds it missing makes a new one, and
     * should not meet the old one again.
     */
    private Hiding hide(Place source, Descriptor file, Place hidden, FileVersion version) throws IOException {
        try (SoleAccess _ = SoleAccess.of(file, patience)) {
            if (!isOf(version, file)) {
                return Hiding.CHANGED;
            }
            FileTree.renameNoReplace(source.directory(), source.leaf(), hidden.directory(), hidden.leaf());
            return Hiding.HIDDEN;
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                return Hiding.GONE;
            }
            throw e;
        }
    }

    /** Deletes a file that was hidden, or gives it its name back. */
    Outcome removeHidden(Place source, Descriptor file, Place hidden, FileVersion version) throws IOException {
        boolean removed = false;
        try {
            if (hidden.status().filter(FileStatus.of(file)::isSameFile).isPresent()) {
                removed = removeUnchanged(file, hidden, version);
            }
        } finally {
            if (!removed) {
                putBack(file, hidden, source);
            }
        }
        return removed && source.status().isEmpty() ? Outcome.REMOVED : Outcome.CHANGED;
    }

    private boolean removeUnchanged(Descriptor file, Place hidden, FileVersion version) throws IOException {
        try (SoleAccess sole = SoleAccess.of(file, patience)) {
            if (sole.keepsOutAll()) {
                return isOf(version, file) && FileTree.remove(hidden.directory(), hidden.leaf());
            }
        }
        // Nobody can open it now; those who may have it open get the time to finish.
        LockSupport.parkNanos(patience.withoutLeases().toNanos());
        try (SoleAccess _ = SoleAccess.of(file, patience)) {
            return isOf(version, file) && FileTree.remove(hidden.directory(), hidden.leaf());
        }
    }

    private static boolean isOf(FileVersion version, Descriptor file) throws IOException {
        return LockedSource.versionOf(FileStatus.of(file)).equals(version);
    }

    private void putBack(Descriptor file, Place hidden, Place source) throws IOException {
        while (hidden.status().isPresent()
                && !FileTree.renameNoReplace(hidden.directory(), hidden.leaf(), source.directory(), source.leaf())) {
            // A writer has made the file anew.
            Merged merged = merger.merge(hidden, source, true);
            if (merged.sourceHoldsMore()) {
                throw new IOException(source + " was made anew with another schema while it was being deleted; older"
                        + " points, which have no place there, are in " + hidden);
            }
            try {
                if (merged.version().isPresent()
                        && removeUnchanged(file, hidden, merged.version().get())) {
                    return;
                }
            } catch (OpenElsewhereException e) {
                throw new IOException(
                        source + " was made anew while it was being deleted; the old file, which another program has"
                                + " open, is " + hidden,
                        e);
            }
        }
    }
}
