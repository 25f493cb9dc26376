package org.buckytools.agent.inventory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.buckytools.agent.store.LeftoverRecovery;
import org.buckytools.protocol.names.NameList;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a whole store once, with several threads. Each takes a folder, reads and sorts it, and leaves the folders in it for all;
 * in the end the names are put together in order. What a store holds per folder is small, and nothing is sorted as a whole.
 *
 * <p>The last folder found is read first, so the queue is mostly short; it never has more folders than the store.
 */
final class Walk {
    private static final Logger LOG = LoggerFactory.getLogger(Walk.class);

    private static final int LOGGED_FAILURES = 10;

    /**
     * What a walk found.
     *
     * @param strange files whose names are no metric names
     * @param unreadable directories that could not be read, or not to their end
     * @param thorough whether every directory was read that this process may read
     */
    record Result(NameList names, StrangeNames strange, long unreadable, boolean thorough) {}

    private final Path root;
    private final LeftoverRecovery recovery;
    private final int threads;
    private final StrangeNames strange = new StrangeNames();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private final Deque<Folder> waiting = new ArrayDeque<>();
    private int beingRead;
    private long unreadable;
    private boolean thorough = true;
    private Optional<Throwable> fatal = Optional.empty();

    private volatile boolean stopped;

    /**
     * @param recovery hears of each directory with hidden names of the store
     * @param threads how many read, the caller of {@link #run} included
     */
    Walk(Path root, LeftoverRecovery recovery, int threads) {
        this.root = root;
        this.recovery = recovery;
        this.threads = threads;
    }

    /**
     * Walks.
     *
     * @return empty if it was stopped
     * @throws IOException if the root could not be read
     */
    Optional<Result> run() throws IOException {
        Folder top = new Folder();
        waiting.add(top);
        try (FileTree tree = FileTree.open(root)) {
            List<Thread> helpers = new ArrayList<>();
            for (int i = 1; i < threads; i++) {
                helpers.add(
                        Thread.ofPlatform().name("inventory-walk-" + i).daemon().start(() -> work(tree)));
            }
            work(tree);
            helpers.forEach(Walk::join);
        }
        lock.lock();
        try {
            if (fatal.isPresent()) {
                throw asIoException(fatal.get());
            }
            if (stopped) {
                return Optional.empty();
            }
            NameList.Builder names = NameList.builder();
            top.moveTo(names);
            return Optional.of(new Result(names.build(), strange, unreadable, thorough));
        } finally {
            lock.unlock();
        }
    }

    /** Makes {@link #run} return soon. */
    void stop() {
        stopped = true;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void work(FileTree tree) {
        try (FolderReader reader = new FolderReader(strange, this::note, () -> stopped)) {
            for (Optional<Folder> next = take(); next.isPresent(); next = take()) {
                Folder folder = next.get();
                try {
                    read(tree, reader, folder);
                } finally {
                    done(folder);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    private Optional<Folder> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && beingRead > 0 && !stopped) {
                changed.awaitUninterruptibly();
            }
            if (waiting.isEmpty() || stopped) {
                return Optional.empty();
            }
            beingRead++;
            return Optional.of(waiting.pop());
        } finally {
            lock.unlock();
        }
    }

    private void done(Folder folder) {
        lock.lock();
        try {
            for (Folder inside : folder.folders().reversed()) {
                waiting.push(inside);
            }
            beingRead--;
            if (beingRead == 0 || waiting.size() > 1) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Reads a folder; only what makes the whole walk useless is thrown. */
    private void read(FileTree tree, FolderReader reader, Folder folder) throws IOException {
        String path = folder.path();
        boolean leftovers = false;
        try {
            Optional<Descriptor> descriptor = tree.find(path, OpenFlag.DIRECTORY);
            if (descriptor.isPresent()) {
                leftovers = reader.read(descriptor.get(), folder);
            }
        } catch (PosixException e) {
            if (folder.isRoot()) {
                throw e;
            }
            note(e);
        }
        if (leftovers) {
            recovery.leftoversIn(path);
        }
    }

    private void note(PosixException e) {
        if (isGone(e)) {
            return;
        }
        lock.lock();
        try {
            unreadable++;
            thorough &= e.errno() == Errno.EACCES || e.errno() == Errno.EPERM;
            if (unreadable <= LOGGED_FAILURES) {
                LOG.error("the metrics of a directory are missing from the inventory: {}", e.getMessage());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a directory was removed, or replaced by something else, since it was seen. */
    private static boolean isGone(PosixException e) {
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP;
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            if (fatal.isEmpty()) {
                fatal = Optional.of(cause);
            }
        } finally {
            lock.unlock();
        }
        stop();
    }

    private static IOException asIoException(Throwable cause) {
        return cause instanceof IOException e ? e : new IOException("the walk broke off: " + cause, cause);
    }

    /** Waits for a thread to end; an interrupt stays set, for whoever waits next. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
