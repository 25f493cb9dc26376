package org.buckytools.cli.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.buckytools.cli.files.Merger.Merged;
import org.buckytools.cli.files.SourceRemoval.Outcome;
import org.buckytools.whisper.fill.FillReport;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;

/** Merges one file or a tree of them into another, one after the other; what cannot be done is reported and left out. */
final class FillFiles {
    /** A source that is written to between reading and deleting so often is a busy one: it stays. */
    private static final int ATTEMPTS = 5;

    private final Merger merger;
    private final SourceRemoval removal;
    private final boolean delete;
    private final Tally tally;
    private final Log log;

    private long copied;
    private long filled;
    private long points;
    private long deleted;
    private long kept;
    private long links;

    /** Takes a line for each file. */
    interface Log {
        void line(String text) throws IOException;
    }

    FillFiles(InstantSource clock, Patience patience, boolean delete, Tally tally, Log log) {
        this.merger = new Merger(clock, patience);
        this.removal = new SourceRemoval(merger, patience);
        this.delete = delete;
        this.tally = tally;
        this.log = log;
    }

    /**
     * Merges every file below a directory into another.
     *
     * @param to made if its parent is there
     * @throws IOException if the log cannot be written, or one of the directories cannot be opened
     */
    void tree(Path from, Path to, Interruption interruption) throws IOException {
        if (FileStatus.find(to).isEmpty()) {
            try (FileTree parent = FileTree.open(to.getParent())) {
                directory(parent, to.getFileName().toString()).close();
            }
        }
        try (FileTree sources = FileTree.open(from);
                FileTree destinations = FileTree.open(to)) {
            WhisperFiles.walk(from, new WhisperFiles.Visitor() {
                @Override
                public void file(Path file) throws IOException {
                    Path relative = from.relativize(file);
                    treeFile(sources, destinations, relative, file, to.resolve(relative));
                }

                @Override
                public void link(Path link) {
                    links++;
                }

                @Override
                public void failed(Path path, String reason) {
                    tally.failed(path, reason);
                }

                @Override
                public boolean isOver() {
                    return interruption.isRequested();
                }
            });
        }
        if (links > 0) {
            tally.say("not followed below " + from + ": " + Tally.count(links, "symbolic link"));
        }
    }

    private void treeFile(
            FileTree sources, FileTree destinations, Path relative, Path shownSource, Path shownDestination)
            throws IOException {
        String folder = relative.getParent() == null ? "" : relative.getParent().toString();
        String leaf = relative.getFileName().toString();
        Descriptor from;
        try {
            from = sources.find(folder, OpenFlag.DIRECTORY)
                    .orElseThrow(() -> new IOException(shownSource + ": its directory is gone"));
        } catch (IOException e) {
            failed(shownSource, shownDestination, e);
            return;
        }
        try (Descriptor sourceDirectory = from) {
            Descriptor to;
            try {
                to = directory(destinations, folder);
            } catch (IOException e) {
                failed(shownSource, shownDestination, e);
                return;
            }
            try (Descriptor destinationDirectory = to) {
                one(
                        new Place(sourceDirectory, leaf),
                        new Place(destinationDirectory, leaf),
                        shownSource,
                        shownDestination);
            }
        }
    }

    /** Opens a directory below a tree's root, making it and those above it where they are missing. */
    private static Descriptor directory(FileTree tree, String path) throws IOException {
        while (true) {
            Optional<Descriptor> found = tree.find(path, OpenFlag.DIRECTORY);
            if (found.isPresent()) {
                return found.get();
            }
            int slash = path.lastIndexOf('/');
            String name = path.substring(slash + 1);
            try (Descriptor parent = directory(tree, slash < 0 ? "" : path.substring(0, slash))) {
                FileStatus status = FileStatus.of(parent);
                if (FileTree.createDirectory(parent, name, status.permissions())) {
                    try (Descriptor made =
                            FileTree.find(parent, name, OpenFlag.DIRECTORY).orElseThrow()) {
                        Merger.takeOwner(made, status);
                        // Whatever the umask.
                        made.changeMode(status.permissions());
                    }
                    parent.sync();
                }
            }
        }
    }

    /**
     * Merges one file.
     *
     * @param shownSource what messages call it
     * @throws IOException only if the log cannot be written
     */
    void one(Place source, Place destination, Path shownSource, Path shownDestination) throws IOException {
        Merged merged;
        try {
            merged = merger.merge(source, destination, delete);
        } catch (IOException e) {
            failed(shownSource, shownDestination, e);
            return;
        } catch (OutOfMemoryError e) {
            // Of one large request, which leaves all else as it was.
            failed(
                    shownSource,
                    shownDestination,
                    new IOException("it is too large for the memory there is; set BUCKY_JAVA_OPTS=-Xmx…", e));
            return;
        }
        tally.done();
        count(merged);
        log.line("[ OK ] [" + shownSource + "] -> [" + shownDestination + "]");
        if (merged.sourceHoldsMore()) {
            FillReport report = merged.report().orElseThrow();
            sayMore(shownSource, shownDestination, report);
        }
        if (delete) {
            try {
                remove(source, destination, shownSource, merged);
            } catch (IOException e) {
                kept(shownSource, String.valueOf(e.getMessage()));
            }
        }
    }

    private void count(Merged merged) {
        if (merged.report().isEmpty()) {
            copied++;
        } else {
            FillReport report = merged.report().get();
            filled++;
            points += report.taken() + report.aggregated() + report.placedFromCoarser();
        }
    }

    private void sayMore(Path source, Path destination, FillReport report) {
        String later = report.laterThanNow() == 0 ? "" : Tally.count(report.laterThanNow(), "point") + " of the future";
        String placeless = report.withoutPlace() == 0
                ? ""
                : Tally.count(report.withoutPlace(), "point") + " without a place in " + destination;
        String and = later.isEmpty() || placeless.isEmpty() ? "" : " and ";
        tally.say(source + " holds " + later + and + placeless);
    }

    private void remove(Place source, Place destination, Path shownSource, Merged first) throws IOException {
        Merged merged = first;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (merged.sourceHoldsMore()) {
                kept(shownSource, "it holds more than the destination");
                return;
            }
            if (merged.version().isPresent()
                    && removal.remove(source, merged.version().get()) == Outcome.REMOVED) {
                deleted++;
                return;
            }
            merged = merger.merge(source, destination, true);
        }
        kept(shownSource, "it is written to all the time");
    }

    private void kept(Path source, String reason) {
        kept++;
        tally.failed(source, "not deleted: " + reason);
    }

    private void failed(Path source, Path destination, IOException reason) throws IOException {
        tally.failed(source, reason);
        log.line("[FAIL] [" + reason.getMessage() + "] [" + source + "] -> [" + destination + "]");
    }

    /** Says how much was done. */
    void sayTotals() {
        String removed = delete ? ", " + Tally.count(deleted, "source") + " deleted, " + kept + " kept" : "";
        tally.say(Tally.count(copied, "file") + " copied, " + filled + " filled with " + Tally.count(points, "point")
                + removed + ", " + (tally.failedCount() - kept) + " failed");
    }
}
