package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import org.buckytools.protocol.names.NameList;

/**
 * A directory that a walk has come across, and later what is in it, in the order of the dotted names: a metric counts as its
 * name, a folder as its name and the dot behind it, since all names in it go on with that. (By the paths, {@code a/b} would come
 * behind {@code a-b}, since a dash is less than a slash; and by the bare names, {@code a} before {@code a-b}.)
 *
 * <p>The entries are bytes: for a metric, how many bytes it shares with the metric before it in this folder, how many others
 * follow, and these; for a folder two zeros, standing for the next of the {@link #folders}.
 */
final class Folder {
    private static final byte[] NO_BYTES = {};

    private final Folder parent;
    private final byte[] name;
    private final int dottedLength;

    private byte[] entries = NO_BYTES;
    private List<Folder> folders = List.of();

    /** The root, which has no name. */
    Folder() {
        this.parent = this;
        this.name = NO_BYTES;
        this.dottedLength = 0;
    }

    /** A folder in another one. */
    Folder(Folder parent, byte[] name) {
        this.parent = parent;
        this.name = name;
        this.dottedLength = parent.dottedLength + name.length + 1;
    }

    boolean isRoot() {
        return parent == this;
    }

    /** Bytes that the names in it begin with, up to the dot behind its own. */
    int dottedLength() {
        return dottedLength;
    }

    /** Relative to the root; empty for the root itself. */
    String path() {
        if (isRoot()) {
            return "";
        }
        byte[] path = new byte[dottedLength - 1];
        int at = path.length;
        for (Folder folder = this; !folder.isRoot(); folder = folder.parent) {
            at -= folder.name.length;
            System.arraycopy(folder.name, 0, path, at, folder.name.length);
            if (at > 0) {
                path[--at] = '/';
            }
        }
        return new String(path, UTF_8);
    }

    /** Says what is in it. Whoever reads it later must see this: the walk's lock sees to that. */
    void fill(byte[] entries, List<Folder> folders) {
        this.entries = entries;
        this.folders = folders;
    }

    /** The folders in it, in order. */
    List<Folder> folders() {
        return folders;
    }

    /** Adds the names of the metrics in and below it, and forgets them. */
    void moveTo(NameList.Builder list) {
        new Emitter(list).emit(this, 0);
    }

    private static final class Emitter {
        private final NameList.Builder list;
        private byte[] dotted = new byte[256];

        Emitter(NameList.Builder list) {
            this.list = list;
        }

        /** With the folder's own dotted name, and the dot, in the first {@code prefix} bytes. */
        void emit(Folder folder, int prefix) {
            byte[] entries = folder.entries;
            List<Folder> folders = folder.folders;
            folder.fill(NO_BYTES, List.of());
            // Metrics are told from the one before, which the names of folders must not overwrite.
            byte[] metric = NO_BYTES;
            int nextFolder = 0;
            for (int at = 0; at < entries.length; ) {
                int shared = entries[at++] & 0xff;
                int rest = entries[at++] & 0xff;
                if (rest == 0) {
                    Folder inside = folders.get(nextFolder++);
                    int length = prefix + inside.name.length + 1;
                    reserve(length);
                    System.arraycopy(inside.name, 0, dotted, prefix, inside.name.length);
                    dotted[length - 1] = '.';
                    emit(inside, length);
                } else {
                    if (metric.length == 0) {
                        metric = new byte[256];
                    }
                    System.arraycopy(entries, at, metric, shared, rest);
                    at += rest;
                    int length = shared + rest;
                    reserve(prefix + length);
                    System.arraycopy(metric, 0, dotted, prefix, length);
                    list.add(dotted, 0, prefix + length);
                }
            }
        }

        private void reserve(int length) {
            if (length > dotted.length) {
                dotted = Arrays.copyOf(dotted, 2 * length);
            }
        }
    }
}
