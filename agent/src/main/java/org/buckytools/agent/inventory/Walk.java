package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicLong;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.names.TaggedSeries;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.DirectoryReader;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileType;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through all directories of a store with several threads and makes the sorted list of its metrics.
 *
 * <p>Each directory becomes a {@link Folder}: its metrics and directories sorted by the keys under which they sort in the whole
 * list, a metric's {@code c} and a directory's {@code b.}. As no key holds another dot, writing the folders out depth first
 * gives the names in the order of their bytes, and nothing has to be sorted as a whole.
 */
final class Walk {
    private static final Logger LOG = LoggerFactory.getLogger(Walk.class);

    private static final byte[] ENDING = {'.', 'w', 's', 'p'};
    private static final byte[] HIDDEN = ".bucky-".getBytes(UTF_8);

    /** Of the strange names, which may be millions, the log gets this many. */
    private static final int LOGGED = 10;

    private final Descriptor root;
    private final int threads;

    private final AtomicLong strange = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();
    private final Queue<String> withLeftovers = new ConcurrentLinkedQueue<>();
    private volatile IOException rootFailure;
    private volatile boolean stopped;

    private Walk(Descriptor root, int threads) {
        this.root = root;
        this.threads = threads;
    }

    /**
     * What a walk found.
     *
     * @param strange files whose names are no metrics'
     * @param unplaceable tagged series that are stored under their hash
     * @param withLeftovers directories, relative to the root, that hold hidden names of the store
     */
    record Result(NameList names, long strange, long unplaceable, List<String> withLeftovers) {}

    /** A walk that another thread can stop. */
    static final class Running implements AutoCloseable {
        private final Descriptor root;
        private final Walk walk;

        private Running(Descriptor root, Walk walk) {
            this.root = root;
            this.walk = walk;
        }

        /**
         * Walks.
         *
         * @throws IOException if the root cannot be read, or the walk was stopped; other directories that cannot be read are
         *     logged and left out
         */
        Result run() throws IOException {
            return walk.run();
        }

        void stop() {
            walk.stopped = true;
        }

        @Override
        public void close() throws IOException {
            root.close();
        }
    }

    /**
     * Prepares a walk.
     *
     * @param root may be a link
     */
    static Running of(Path root, int threads) throws IOException {
        Descriptor descriptor = Descriptor.open(root, OpenFlag.DIRECTORY);
        return new Running(descriptor, new Walk(descriptor, threads));
    }

    private Result run() throws IOException {
        Folder top = new Folder();
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            pool.invoke(new Visit(this, root, new byte[] {'.'}, "", top, 0));
        } finally {
            pool.shutdown();
        }
        if (rootFailure != null) {
            throw rootFailure;
        }
        if (stopped) {
            throw new IOException("the walk was stopped");
        }
        if (strange.get() > 0) {
            LOG.warn("{} files have names that are no metrics'; they are left alone", strange);
        }
        if (unreadable.get() > 0) {
            LOG.warn("{} directories could not be read; their metrics are not known", unreadable);
        }
        Assembly assembly = new Assembly();
        assembly.add(top, 0);
        return new Result(assembly.names.build(), strange.get(), assembly.unplaceable, List.copyOf(withLeftovers));
    }

    /** The metrics and directories of one directory. */
    private static final class Folder {
        // Sorted: the key's length in two bytes, then the key. A directory's key ends in a dot.
        private byte[] keys = {};
        // In the order of their keys.
        private Folder[] folders = {};
    }

    /** Something in a directory, with the key it sorts under; what is in it, if it is a directory. */
    private static final class Entry {
        private final byte[] key;
        private final Folder folder;

        Entry(byte[] key, Folder folder) {
            this.key = key;
            this.folder = folder;
        }

        boolean isFolder() {
            return folder != null;
        }
    }

    /** Reads one directory, and then those in it. */
    @SuppressWarnings("serial") // nobody serializes it
    private static final class Visit extends RecursiveAction {
        private static final int STRANGE = -1;

        private final Walk walk;
        private final Descriptor parent;
        private final byte[] name;
        private final String path;
        private final Folder folder;
        private final int prefix;

        private final List<Entry> entries = new ArrayList<>();
        private final List<Visit> children = new ArrayList<>();
        private boolean hasLeftovers;

        /**
         * @param parent open until this is done
         * @param path relative to the root, for messages
         * @param folder to put the result into
         * @param prefix length of the metrics' names without their last part, or {@link #STRANGE} if nothing here can be a
         *     metric
         */
        Visit(Walk walk, Descriptor parent, byte[] name, String path, Folder folder, int prefix) {
            this.walk = walk;
            this.parent = parent;
            this.name = name;
            this.path = path;
            this.folder = folder;
            this.prefix = prefix;
        }

        @Override
        protected void compute() {
            if (walk.stopped) {
                return;
            }
            try (DirectoryReader reader = DirectoryReader.open(parent, name)) {
                while (reader.next()) {
                    look(reader);
                }
                finishFolder();
                if (hasLeftovers) {
                    walk.withLeftovers.add(path);
                }
                if (!children.isEmpty()) {
                    invokeAll(children);
                }
            } catch (IOException e) {
                failed(e);
            }
        }

        private void failed(IOException e) {
            if (path.isEmpty()) {
                walk.rootFailure = e;
                return;
            }
            boolean gone = e instanceof PosixException failure
                    && (failure.errno() == Errno.ENOENT
                            || failure.errno() == Errno.ENOTDIR
                            || failure.errno() == Errno.ELOOP);
            if (!gone && walk.unreadable.getAndIncrement() < LOGGED) {
                LOG.warn("directory {} is left out: {}", path, e.getMessage());
            }
        }

        private void look(DirectoryReader reader) throws IOException {
            if (reader.nameByte(0) == '.') {
                hasLeftovers |= prefix != STRANGE && startsHidden(reader);
                return;
            }
            FileType type = reader.type();
            if (type == FileType.UNKNOWN) {
                type = typeAskedFor(reader);
            }
            if (type == FileType.DIRECTORY) {
                directory(reader);
            } else if (type == FileType.REGULAR && endsLikeMetric(reader)) {
                metric(reader);
            }
        }

        private static FileType typeAskedFor(DirectoryReader reader) throws IOException {
            try {
                return FileStatus.ofEntry(reader.directory(), reader.name()).type();
            } catch (PosixException e) {
                if (e.errno() == Errno.ENOENT) {
                    // It was removed after it was listed.
                    return FileType.UNKNOWN;
                }
                throw e;
            }
        }

        private static boolean startsHidden(DirectoryReader reader) {
            if (reader.nameLength() < HIDDEN.length) {
                return false;
            }
            for (int i = 0; i < HIDDEN.length; i++) {
                if (reader.nameByte(i) != HIDDEN[i]) {
                    return false;
                }
            }
            return true;
        }

        private static boolean endsLikeMetric(DirectoryReader reader) {
            int start = reader.nameLength() - ENDING.length;
            for (int i = 0; i < ENDING.length; i++) {
                if (start < 0 || reader.nameByte(start + i) != ENDING[i]) {
                    return false;
                }
            }
            return true;
        }

        private void directory(DirectoryReader reader) {
            byte[] raw = reader.name();
            String child = path.isEmpty() ? new String(raw, UTF_8) : path + "/" + new String(raw, UTF_8);
            Folder inside = new Folder();
            int below = STRANGE;
            if (prefix != STRANGE && isPart(raw, raw.length) && prefix + raw.length + 1 < MetricName.MAX_BYTES) {
                below = prefix + raw.length + 1;
                byte[] key = Arrays.copyOf(raw, raw.length + 1);
                key[raw.length] = '.';
                entries.add(new Entry(key, inside));
            }
            children.add(new Visit(walk, reader.directory(), raw, child, inside, below));
        }

        private void metric(DirectoryReader reader) {
            int length = reader.nameLength() - ENDING.length;
            byte[] key = new byte[reader.nameLength()];
            reader.copyName(key, 0);
            if (prefix != STRANGE && isPart(key, length) && prefix + length <= MetricName.MAX_BYTES) {
                entries.add(new Entry(Arrays.copyOf(key, length), null));
            } else if (walk.strange.getAndIncrement() < LOGGED) {
                LOG.warn("{}/{} is no metric's name; the file is left alone", path, new String(key, UTF_8));
            }
        }

        /** Whether a name can be a part of a metric's: UTF-8, and without a dot, which would not come back from the name. */
        private static boolean isPart(byte[] name, int length) {
            boolean ascii = true;
            for (int i = 0; i < length; i++) {
                if (name[i] == '.') {
                    return false;
                }
                ascii &= name[i] >= 0;
            }
            if (ascii) {
                return true;
            }
            byte[] there = Arrays.copyOf(name, length);
            return Arrays.equals(there, new String(there, UTF_8).getBytes(UTF_8));
        }

        private void finishFolder() {
            entries.sort((a, b) -> Arrays.compareUnsigned(a.key, b.key));
            int bytes = 0;
            int inner = 0;
            for (Entry entry : entries) {
                bytes += 2 + entry.key.length;
                inner += entry.isFolder() ? 1 : 0;
            }
            byte[] keys = new byte[bytes];
            Folder[] folders = new Folder[inner];
            int at = 0;
            int nextFolder = 0;
            for (Entry entry : entries) {
                byte[] key = entry.key;
                keys[at] = (byte) (key.length >> 8);
                keys[at + 1] = (byte) key.length;
                System.arraycopy(key, 0, keys, at + 2, key.length);
                at += 2 + key.length;
                if (entry.isFolder()) {
                    folders[nextFolder++] = entry.folder;
                }
            }
            folder.keys = keys;
            folder.folders = folders;
            entries.clear();
        }
    }

    /** Writes folders out as one list. */
    private static final class Assembly {
        private final NameList.Builder names = NameList.builder();
        private final TaggedSeries.Decoder tagged = new TaggedSeries.Decoder();
        private final byte[] name = new byte[MetricName.MAX_BYTES + 1];
        private long unplaceable;

        /**
         * @param prefix how much of {@code name} is there already: what all names of this folder begin with
         */
        void add(Folder folder, int prefix) {
            byte[] keys = folder.keys;
            int nextFolder = 0;
            for (int at = 0; at < keys.length; ) {
                int length = (keys[at] & 0xff) << 8 | (keys[at + 1] & 0xff);
                System.arraycopy(keys, at + 2, name, prefix, length);
                at += 2 + length;
                int end = prefix + length;
                if (name[end - 1] == '.') {
                    Folder inside = folder.folders[nextFolder];
                    // The whole tree is there once; it need not stay until the list is finished.
                    folder.folders[nextFolder++] = null;
                    add(inside, end);
                } else {
                    names.add(name, 0, end);
                    if (TaggedSeries.isTagged(name, 0, end) && !tagged.decode(name, 0, end)) {
                        unplaceable++;
                    }
                }
            }
        }
    }
}
