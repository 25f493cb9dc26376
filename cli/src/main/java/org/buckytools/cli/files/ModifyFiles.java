package org.buckytools.cli.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.buckytools.cli.task.ModifyTally;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.buckytools.whisper.reshape.Change;

/** Gives Whisper files on this machine another schema: one file, or all below a directory, several at once. */
public final class ModifyFiles {
    private final SchemaChanger changer;
    private final int workers;
    private final ModifyTally tally;
    private final BooleanSupplier isOver;

    /**
     * A task that can be run once.
     *
     * @param now decides which points are too old; empty stands for the clock
     * @param dryRun whether to change nothing
     * @param workers how many files at once
     * @param tally gets what becomes of each
     * @param isOver whether to begin no more files
     */
    public ModifyFiles(
            Change change,
            OptionalLong now,
            boolean dryRun,
            int workers,
            InstantSource clock,
            ModifyTally tally,
            BooleanSupplier isOver) {
        this(new SchemaChanger(change, now, dryRun, clock, Patience.USUAL), workers, tally, isOver);
    }

    ModifyFiles(SchemaChanger changer, int workers, ModifyTally tally, BooleanSupplier isOver) {
        this.changer = changer;
        this.workers = workers;
        this.tally = tally;
        this.isOver = isOver;
    }

    /**
     * Changes what is at a path, a link to which is followed, links below it are not.
     *
     * <p>Files of a directory are begun in the order of the walk; when it is ended, the tally is told where.
     *
     * @throws IOException if there is nothing, or neither a file nor a directory; what goes wrong with a single file of a
     *     directory is the tally's
     */
    public void run(Path path) throws IOException, InterruptedException {
        FileStatus status = FileStatus.of(path);
        if (status.isDirectory()) {
            tree(path);
        } else if (status.isRegularFile()) {
            Path file = path.toRealPath();
            try (Descriptor directory = Descriptor.open(file.getParent(), OpenFlag.DIRECTORY)) {
                one(new Place(directory, file.getFileName().toString()), path);
            }
        } else {
            throw new IOException(path + " is neither a file nor a directory");
        }
    }

    private void tree(Path root) throws IOException, InterruptedException {
        // Platform threads: reading, computing and syncing hold on to a thread anyway.
        Semaphore places = new Semaphore(2 * workers);
        NotBegun notBegun = new NotBegun();
        try (FileTree tree = FileTree.open(root.toRealPath());
                ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            WhisperFiles.walk(root, new WhisperFiles.Visitor() {
                private long files;

                @Override
                public void file(Path file) throws IOException {
                    long number = files++;
                    try {
                        places.acquire();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("interrupted", e);
                    }
                    threads.execute(() -> {
                        try {
                            if (isOver.getAsBoolean()) {
                                notBegun.add(number, file);
                            } else {
                                treeFile(tree, root.relativize(file), file);
                            }
                        } finally {
                            places.release();
                        }
                    });
                }

                @Override
                public void failed(Path path, String reason) {
                    tally.failed("", path.toString(), withoutPath(path, reason));
                }

                @Override
                public boolean isOver() {
                    return isOver.getAsBoolean();
                }

                @Override
                public void left(Path next) {
                    notBegun.add(files++, next);
                }
            });
        }
        notBegun.first().ifPresent(path -> tally.stoppedBefore(path.toString()));
    }

    /** The first of the files that an interrupt has left out, by their numbers in the walk. Safe for use by many threads. */
    private static final class NotBegun {
        private long lowest = Long.MAX_VALUE;
        private Path first;

        synchronized void add(long number, Path path) {
            if (number < lowest) {
                lowest = number;
                first = path;
            }
        }

        synchronized Optional<Path> first() {
            return Optional.ofNullable(first);
        }
    }

    private void treeFile(FileTree tree, Path relative, Path shown) {
        String folder = relative.getParent() == null ? "" : relative.getParent().toString();
        try (Descriptor directory =
                tree.find(folder, OpenFlag.DIRECTORY).orElseThrow(() -> new IOException("its directory is gone"))) {
            one(new Place(directory, relative.getFileName().toString()), shown);
        } catch (IOException e) {
            tally.failed("", shown.toString(), withoutPath(shown, String.valueOf(e.getMessage())));
        }
    }

    private void one(Place place, Path shown) {
        try {
            tally.done(changer.change(place, shown.toString()));
        } catch (PosixException e) {
            tally.failed("", shown.toString(), e.getMessage());
        } catch (IOException e) {
            tally.failed("", shown.toString(), withoutPath(shown, Tally.explained(e)));
        } catch (OutOfMemoryError e) {
            // Of one large request, which leaves all else as it was.
            tally.failed("", shown.toString(), "it is too large for the memory there is; give fewer -w");
        }
    }

    /** A reason that begins with the path anyway is printed behind it once more otherwise. */
    private static String withoutPath(Path path, String reason) {
        for (Path named : List.of(path, path.toAbsolutePath().normalize())) {
            if (reason.startsWith(named + " ")) {
                return reason.substring(named.toString().length() + 1);
            }
        }
        return reason;
    }
}
