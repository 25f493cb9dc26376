package org.buckytools.cli.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.buckytools.cli.files.Merger.Merged;
import org.buckytools.cli.files.SourceRemoval.Outcome;
import org.buckytools.cli.parallel.InOrder;
import org.buckytools.whisper.fill.FillReport;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;

/**
 * Merges one file or a tree of them into another; what cannot be done is reported and left out. Of a tree several files are merged
 * at once, while what is said and counted comes in the order of the files, on the calling thread.
 */
final class FillFiles {
    /** A source that is written to between reading and deleting so often is a busy one: it stays. */
    private static final int ATTEMPTS = 5;

    /** Files of one directory that are merged one after the other, with that directory open on both sides. */
    private static final int TOGETHER = 32;

    private final Merger merger;
    private final SourceRemoval removal;
    private final boolean delete;
    private final Tally tally;
    private final Log log;

    /**
     * Held shared by whoever merges, and alone by one for whom the memory was not enough beside others. INVARIANT: who holds it
     * shared does not ask for it alone.
     */
    private final ReadWriteLock memory = new ReentrantReadWriteLock();

    /** Held while directories are looked for and made, so that nobody works in one that has yet to get its owner. */
    private final ReentrantLock directories = new ReentrantLock();

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

    /** What is to be said and counted of a file that was treated. */
    @FunctionalInterface
    private interface Telling {
        void tell() throws IOException;
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
                FileTree destinations = FileTree.open(to);
                InOrder<Callable<List<Telling>>, List<Telling>> portions =
                        new InOrder<>(Runtime.getRuntime().availableProcessors(), FillFiles::call, FillFiles::tell)) {
            Portions files = new Portions(
                    from,
                    interruption,
                    portions,
                    (folder, leaves) -> () -> treeFiles(
                            sources,
                            destinations,
                            folder,
                            leaves,
                            from.resolve(folder),
                            to.resolve(folder),
                            interruption));
            WhisperFiles.walk(from, files);
            files.handOver();
            portions.finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while merging");
        }
        if (links > 0) {
            tally.say("not followed below " + from + ": " + Tally.count(links, "symbolic link"));
        }
    }

    private static List<Telling> call(Callable<List<Telling>> portion) throws IOException {
        try {
            return portion.call();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a portion throws nothing else", e);
        }
    }

    private static void tell(List<Telling> tellings) throws IOException {
        for (Telling telling : tellings) {
            telling.tell();
        }
    }

    /** Makes work of the files of a directory. */
    @FunctionalInterface
    private interface PortionMaker {
        Callable<List<Telling>> of(String folder, List<String> leaves);
    }

    /** Gathers the files of a directory as a walk comes upon them. */
    private final class Portions implements WhisperFiles.Visitor {
        private final Path root;
        private final Interruption interruption;
        private final InOrder<Callable<List<Telling>>, List<Telling>> portions;
        private final PortionMaker maker;
        private Path directory;
        private List<String> leaves = new ArrayList<>();

        Portions(
                Path root,
                Interruption interruption,
                InOrder<Callable<List<Telling>>, List<Telling>> portions,
                PortionMaker maker) {
            this.root = root;
            this.interruption = interruption;
            this.portions = portions;
            this.maker = maker;
            this.directory = root;
        }

        @Override
        public void file(Path file) throws IOException {
            if (leaves.size() == TOGETHER || !file.getParent().equals(directory)) {
                handOver();
                directory = file.getParent();
            }
            leaves.add(file.getFileName().toString());
        }

        @Override
        public void link(Path link) {
            links++;
        }

        @Override
        public void failed(Path path, String reason) throws IOException {
            handOver();
            add(() -> List.of(() -> tally.failed(path, reason)));
        }

        @Override
        public boolean isOver() {
            return interruption.isRequested();
        }

        void handOver() throws IOException {
            if (!leaves.isEmpty()) {
                add(maker.of(root.relativize(directory).toString(), leaves));
                leaves = new ArrayList<>();
            }
        }

        private void add(Callable<List<Telling>> portion) throws IOException {
            try {
                portions.add(portion);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while merging");
            }
        }
    }

    private List<Telling> treeFiles(
            FileTree sources,
            FileTree destinations,
            String folder,
            List<String> leaves,
            Path shownSource,
            Path shownDestination,
            Interruption interruption)
            throws IOException {
        List<Telling> told = new ArrayList<>();
        Optional<Descriptor> from = Optional.empty();
        Optional<Descriptor> to = Optional.empty();
        try {
            from = sources.find(folder, OpenFlag.DIRECTORY);
            if (from.isEmpty()) {
                throw new IOException(shownSource + ": the directory is gone");
            }
            to = Optional.of(lockedDirectory(destinations, folder));
            for (String leaf : leaves) {
                if (interruption.isRequested()) {
                    break;
                }
                told.addAll(one(
                        new Place(from.get(), leaf),
                        new Place(to.get(), leaf),
                        shownSource.resolve(leaf),
                        shownDestination.resolve(leaf)));
            }
        } catch (IOException e) {
            // Of the directories: what happens to single files is told of them.
            for (String leaf : leaves) {
                told.add(() -> failed(shownSource.resolve(leaf), shownDestination.resolve(leaf), e));
            }
        } finally {
            close(from);
            close(to);
        }
        return told;
    }

    private static void close(Optional<Descriptor> directory) throws IOException {
        if (directory.isPresent()) {
            directory.get().close();
        }
    }

    private Descriptor lockedDirectory(FileTree tree, String path) throws IOException {
        directories.lock();
        try {
            return directory(tree, path);
        } finally {
            directories.unlock();
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
    void single(Place source, Place destination, Path shownSource, Path shownDestination) throws IOException {
        tell(one(source, destination, shownSource, shownDestination));
    }

    private List<Telling> one(Place source, Place destination, Path shownSource, Path shownDestination) {
        List<Telling> told = new ArrayList<>();
        Merged merged;
        try {
            merged = merge(source, destination);
        } catch (IOException e) {
            told.add(() -> failed(shownSource, shownDestination, e));
            return told;
        }
        told.add(() -> {
            tally.done();
            count(merged);
            log.line("[ OK ] [" + shownSource + "] -> [" + shownDestination + "]");
        });
        if (merged.sourceHoldsMore()) {
            FillReport report = merged.report().orElseThrow();
            told.add(() -> sayMore(shownSource, shownDestination, report));
        }
        if (delete) {
            try {
                told.add(remove(source, destination, shownSource, merged));
            } catch (IOException e) {
                told.add(() -> kept(shownSource, String.valueOf(e.getMessage())));
            }
        }
        return told;
    }

    /** Merges beside others, or alone if the memory is too short for that. */
    private Merged merge(Place source, Place destination) throws IOException {
        memory.readLock().lock();
        try {
            return merger.merge(source, destination, delete);
        } catch (OutOfMemoryError e) {
            // Of one large request, which leaves all else as it was.
        } finally {
            memory.readLock().unlock();
        }
        memory.writeLock().lock();
        try {
            return merger.merge(source, destination, delete);
        } catch (OutOfMemoryError e) {
            throw new IOException("it is too large for the memory there is; set BUCKY_JAVA_OPTS=-Xmx…", e);
        } finally {
            memory.writeLock().unlock();
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

    private Telling remove(Place source, Place destination, Path shownSource, Merged first) throws IOException {
        Merged merged = first;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (merged.sourceHoldsMore()) {
                return () -> kept(shownSource, "it holds more than the destination");
            }
            if (merged.version().isPresent()
                    && removal.remove(source, merged.version().get()) == Outcome.REMOVED) {
                return () -> deleted++;
            }
            merged = merge(source, destination);
        }
        return () -> kept(shownSource, "it is written to all the time");
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
