package org.buckytools.agent.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds files and makes and removes directories below the store's root, never through a link. Nothing is remembered between
 * calls, as directories come, go and move under a running daemon; who works on many files of one directory has a {@link
 * KeptFolder}.
 */
final class StorePaths implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorePaths.class);

    // Directories vanish when their last file is deleted. More than a few times in a row is no accident.
    private static final int ATTEMPTS = 1000;

    private final Path root;
    private final FileTree tree;
    private final int uid;
    private final int gid;

    /**
     * Directories that were made and whose entry in their parent may not be on the disk yet. Whoever wants a file below one of
     * them durable must sync that parent, whoever made it.
     */
    private final Set<String> young = ConcurrentHashMap.newKeySet();

    private StorePaths(Path root, FileTree tree, FileStatus process) {
        this.root = root;
        this.tree = tree;
        this.uid = process.uid();
        this.gid = process.gid();
    }

    static StorePaths open(Path root) throws IOException {
        // What a process owns in /proc tells its effective user and group.
        FileStatus process = FileStatus.of(Path.of("/proc/self"));
        return new StorePaths(root, FileTree.open(root), process);
    }

    Path root() {
        return root;
    }

    Descriptor rootDirectory() {
        return tree.root();
    }

    /** The status of a metric's file; empty if there is no regular file. */
    Optional<FileStatus> status(Place place) throws IOException {
        try {
            return tree.status(place.path()).filter(FileStatus::isRegularFile);
        } catch (PosixException e) {
            if (StoreErrors.leadsNowhere(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What has a metric's file name, open for reading: the caller sees whether it is a regular file. Empty if nothing has. */
    Optional<Descriptor> openForReading(Place place) throws IOException {
        try {
            return tree.find(place.path());
        } catch (PosixException e) {
            if (StoreErrors.leadsNowhere(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** As {@link #status(Place)}, in a directory that was opened by the place's. */
    static Optional<FileStatus> status(Descriptor directory, Place place) throws IOException {
        try {
            return FileTree.status(directory, place.leaf()).filter(FileStatus::isRegularFile);
        } catch (PosixException e) {
            if (StoreErrors.leadsNowhere(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** As {@link #openForReading(Place)}, in a directory that was opened by the place's. */
    static Optional<Descriptor> openForReading(Descriptor directory, Place place) throws IOException {
        try {
            return FileTree.find(directory, place.leaf());
        } catch (PosixException e) {
            if (StoreErrors.leadsNowhere(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * A metric's file, open for reading and writing; empty if there is nothing.
     *
     * @throws UnusablePathException if there is something that is no regular file
     */
    Optional<Descriptor> openForWriting(MetricName metric, Place place) throws IOException {
        Optional<Descriptor> found = tree.find(place.path(), OpenFlag.WRITE);
        if (found.isEmpty()) {
            return found;
        }
        Optional<Descriptor> regular = onlyRegular(found);
        if (regular.isEmpty()) {
            throw new UnusablePathException(metric, place.path() + " is no regular file");
        }
        return regular;
    }

    private static Optional<Descriptor> onlyRegular(Optional<Descriptor> found) throws IOException {
        if (found.isPresent() && !FileStatus.of(found.get()).isRegularFile()) {
            found.get().close();
            return Optional.empty();
        }
        return found;
    }

    /** A directory; empty if there is none. */
    Optional<Descriptor> directory(String path) throws IOException {
        try {
            return tree.find(path, OpenFlag.DIRECTORY);
        } catch (PosixException e) {
            if (StoreErrors.leadsNowhere(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** An open directory. Several may hold it; it is closed when the last has let go. */
    static final class Folder implements AutoCloseable {
        private final Descriptor descriptor;
        private final boolean made;
        private Optional<FileStatus> status = Optional.empty();
        private final AtomicInteger holders = new AtomicInteger(1);

        private Folder(Descriptor descriptor, boolean made) {
            this.descriptor = descriptor;
            this.made = made;
        }

        Descriptor descriptor() {
            return descriptor;
        }

        /** Whether it, or one above it, was made when it was opened. */
        boolean made() {
            return made;
        }

        /** Its owner, group and mode, as they were when this was called first. For the thread that opened it. */
        FileStatus status() throws IOException {
            if (status.isEmpty()) {
                status = Optional.of(FileStatus.of(descriptor));
            }
            return status.get();
        }

        private void forgetStatus() {
            status = Optional.empty();
        }

        /** The same for one more holder, who closes it, too. Only for who has it. */
        Folder forOneMore() {
            holders.incrementAndGet();
            return this;
        }

        /** Lets go of it. Once for each holder. */
        @Override
        public void close() throws PosixException {
            if (holders.decrementAndGet() == 0) {
                descriptor.close();
            }
        }
    }

    /** An open directory; empty if there is none. */
    Optional<Folder> folder(String path) throws IOException {
        return directory(path).map(opened -> new Folder(opened, false));
    }

    /**
     * A directory, made with those above it if need be: each with its parent's mode, owner and group. It may have been removed
     * again on return.
     */
    Folder directoryMade(String path) throws IOException {
        Optional<Folder> there = found(path);
        return there.isPresent() ? there.get() : directoryMadeAnew(path);
    }

    /** As {@link #directoryMade}, of one that was not there just now. */
    Folder directoryMadeAnew(String path) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Folder> made = make(path);
            if (made.isPresent()) {
                return made.get();
            }
            // Others made it, or removed what is above it.
            Optional<Folder> there = found(path);
            if (there.isPresent()) {
                return there.get();
            }
        }
        throw new StoreBusyException("directory " + path + " is removed as fast as it is made");
    }

    private Optional<Folder> found(String path) throws IOException {
        return tree.find(path, OpenFlag.DIRECTORY).map(opened -> new Folder(opened, false));
    }

    /** Makes a directory and those above it; empty if it was there, or those above it were removed meanwhile. */
    private Optional<Folder> make(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String parentPath = parentOf(path);
        String name = path.substring(slash + 1);
        try (Folder parent = directoryMade(parentPath)) {
            FileStatus wanted = parent.status();
            // Before it exists: whoever sees it must also see that it is young.
            young.add(path);
            if (!FileTree.createDirectory(parent.descriptor(), name, wanted.permissions())) {
                return Optional.empty();
            }
            young.add(path);
            Optional<Descriptor> made = FileTree.find(parent.descriptor(), name, OpenFlag.DIRECTORY);
            return made.isPresent() ? Optional.of(adopted(made.get(), wanted)) : Optional.empty();
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                // The parent was removed, being empty, between opening it and making this in it.
                return Optional.empty();
            }
            throw e;
        }
    }

    private Folder adopted(Descriptor made, FileStatus parent) throws IOException {
        Folder folder = new Folder(made, true);
        boolean done = false;
        try {
            adopt(made, parent);
            if (folder.status().permissions() != parent.permissions()) {
                // The process's umask has taken bits away, or the change of owner has.
                made.changeMode(parent.permissions());
                folder.forgetStatus();
            }
            done = true;
            return folder;
        } finally {
            if (!done) {
                folder.close();
            }
        }
    }

    /**
     * Gives something new the owner and group of its parent, as far as this process may; that can clear bits of its mode.
     *
     * @param parent status of the directory it is in
     */
    void adopt(Descriptor made, FileStatus parent) throws IOException {
        if (parent.uid() != uid || parent.gid() != gid) {
            FileStatus now = FileStatus.of(made);
            changeOwner(made, parent.uid() == now.uid() ? -1 : parent.uid(), -1);
            changeOwner(made, -1, parent.gid() == now.gid() ? -1 : parent.gid());
        }
    }

    private static void changeOwner(Descriptor made, int owner, int group) throws IOException {
        if (owner == -1 && group == -1) {
            return;
        }
        try {
            made.changeOwner(owner, group);
        } catch (PosixException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            LOG.debug("{} keeps this daemon's owner or group: {}", made.path(), e.getMessage());
        }
    }

    /** Makes what happened in a directory durable, and the directory itself. */
    void sync(String path, Descriptor directory) throws IOException {
        directory.sync();
        if (young.isEmpty()) {
            return;
        }
        for (String at = path; !at.isEmpty(); at = parentOf(at)) {
            if (young.contains(at)) {
                Optional<Descriptor> parent = tree.find(parentOf(at), OpenFlag.DIRECTORY);
                if (parent.isPresent()) {
                    try (Descriptor opened = parent.get()) {
                        opened.sync();
                    }
                    young.remove(at);
                }
            }
        }
    }

    /**
     * As {@link #prune(String)}, of a directory that is open and stays so. Where there is something in it, as mostly, this takes
     * one call.
     */
    void prune(String path, Descriptor directory) {
        if (path.isEmpty()) {
            return;
        }
        try {
            if (FileTree.removeIfEmpty(directory, path.substring(path.lastIndexOf('/') + 1))) {
                young.remove(path);
                prune(parentOf(path));
            }
        } catch (IOException e) {
            LOG.warn("empty directory {} stays: {}", path, e.getMessage());
        }
    }

    /** Removes a directory and those above it as far as they are empty. Never the root. */
    void prune(String path) {
        for (String at = path; !at.isEmpty(); at = parentOf(at)) {
            try {
                Optional<Descriptor> parent = directory(parentOf(at));
                if (parent.isEmpty()) {
                    continue;
                }
                try (Descriptor opened = parent.get()) {
                    if (!FileTree.removeEmptyDirectory(opened, at.substring(at.lastIndexOf('/') + 1))) {
                        return;
                    }
                    young.remove(at);
                }
            } catch (IOException e) {
                // The delete itself is done, and an empty directory harms nobody.
                LOG.warn("empty directory {} stays: {}", at, e.getMessage());
                return;
            }
        }
    }

    static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    @Override
    public void close() throws PosixException {
        tree.close();
    }
}
