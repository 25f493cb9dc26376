package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.agent.store.StorePaths.Folder;
import org.buckytools.protocol.MetricName;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.Errno;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.FileTree;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixException;

/**
 * A hidden file that is being written. Beside its target it has a name, under which a crash leaves it; in the temporary
 * directory, which several daemons may share, it has none.
 */
final class Stage implements Body {
    private static final int ATTEMPTS = 1000;
    private static final int COPY_BYTES = BufferPool.SMALL_BYTES;

    private final StoreParts parts;
    private final Place place;
    private final long size;
    private final Descriptor file;
    private final Optional<Named> named;

    /** Where the last byte written ends, or the file does. */
    private long end;

    private boolean gone;
    private boolean closed;
    private Optional<FileStatus> linked = Optional.empty();
    private boolean durable;

    /**
     * Where it is.
     *
     * @param mode that the target shall have
     */
    private record Named(Folder folder, String name, int mode) {}

    private Stage(StoreParts parts, Place place, long size, Descriptor file, Optional<Named> named) {
        this.parts = parts;
        this.place = place;
        this.size = size;
        this.file = file;
        this.named = named;
    }

    /** A stage in the directory of its target, which is made if need be. */
    static Stage beside(StoreParts parts, Place place, long size, int mode) throws IOException {
        try (KeptFolder near = new KeptFolder(parts.paths())) {
            return beside(parts, place, size, mode, near);
        }
    }

    /**
     * A stage in the directory of its target, which is made if need be.
     *
     * @param near is left with that directory
     */
    static Stage beside(StoreParts parts, Place place, long size, int mode, KeptFolder near) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Folder folder = near.made(place.directory());
            Stage stage = null;
            try {
                String name = parts.hidden().next(HiddenNames.Kind.STAGE);
                Descriptor file = FileTree.create(folder.descriptor(), name, mode)
                        .orElseThrow(() -> new IOException("hidden name " + name + " is taken"));
                stage = new Stage(parts, place, size, file, Optional.of(new Named(folder, name, mode)));
                parts.paths().adopt(file, folder.status());
                stage.makeRoom();
                return stage.kept();
            } catch (PosixException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
                // The directory was removed, being empty, before the stage was in it.
                near.letGo();
            } finally {
                if (stage == null) {
                    folder.close();
                    if (folder.made()) {
                        parts.paths().prune(place.directory());
                    }
                } else {
                    stage.discardUnlessKept();
                }
            }
        }
        throw new StoreBusyException("directory " + place.directory() + " is removed as fast as it is made");
    }

    private boolean kept;

    private Stage kept() {
        kept = true;
        return this;
    }

    private void discardUnlessKept() {
        if (!kept) {
            close();
        }
    }

    /** A stage without a name in a directory of its own choice, only good for being read. */
    static Stage unnamed(StoreParts parts, Path directory, Place place, long size) throws IOException {
        try (Descriptor parent = Descriptor.open(directory, OpenFlag.DIRECTORY)) {
            Stage stage = new Stage(parts, place, size, withoutName(parts, parent), Optional.empty());
            try {
                stage.makeRoom();
                return stage.kept();
            } finally {
                stage.discardUnlessKept();
            }
        }
    }

    /** A new, empty file in a directory that no longer has a name for it. */
    static Descriptor withoutName(StoreParts parts, Descriptor directory) throws IOException {
        String name = parts.hidden().next(HiddenNames.Kind.STAGE);
        Descriptor file = FileTree.create(directory, name, 0600)
                .orElseThrow(() -> new IOException("hidden name " + name + " is taken"));
        boolean removed = false;
        try {
            removed = FileTree.remove(directory, name);
            return file;
        } finally {
            if (!removed) {
                file.close();
            }
        }
    }

    /** Files with holes get their length in the end: what is written last mostly ends there. */
    private void makeRoom() throws IOException {
        if (parts.config().sparse() || named.isEmpty()) {
            return;
        }
        end = size;
        if (!file.allocate(0, size)) {
            // What cannot be reserved is taken by writing it.
            for (long at = 0; at < size; at += COPY_BYTES) {
                FileContent.write(file, Zeros.some(Math.min(COPY_BYTES, size - at)), at);
            }
        }
    }

    @Override
    public void complete() throws IOException {
        if (end < size) {
            FileContent.truncate(file, size);
            end = size;
        }
    }

    Descriptor file() {
        return file;
    }

    /** Whether it can be given its target's name: it is in the target's directory. */
    boolean isBeside() {
        return named.isPresent();
    }

    /** The directory of the target. Only of a stage beside it. */
    Descriptor directory() {
        return named.orElseThrow().folder().descriptor();
    }

    @Override
    public long start(MemorySegment into) throws IOException {
        return FileContent.read(file, into, 0);
    }

    /** Writes native memory. With {@code --sparse}, and in a file only to be read, zero blocks are left as the holes they are. */
    @Override
    public void write(MemorySegment bytes, long offset) throws IOException {
        if (parts.config().sparse() || named.isEmpty()) {
            Zeros.without(bytes, offset, (from, to) -> {
                FileContent.write(file, bytes.asSlice(from, to - from), offset + from);
                end = Math.max(end, offset + to);
            });
        } else {
            FileContent.write(file, bytes, offset);
        }
    }

    /** Sets the disk to writing, ahead of {@link #sync}. */
    void startWriteback() throws IOException {
        file.startWriteback(0, 0);
    }

    /** Whether {@link #sync} has nothing to do. */
    boolean isDurable() {
        return durable;
    }

    /** Makes the content durable, once. */
    void sync() throws IOException {
        if (!durable) {
            complete();
            file.syncData();
            durable = true;
        }
    }

    /**
     * Gives it its target's name; the entry is durable once the directory is synced.
     *
     * @return false if something has that name, and nothing was done
     */
    boolean link() throws IOException {
        FileStatus status = FileStatus.of(file);
        giveMode(status);
        linked = Optional.of(status);
        return rename(directory(), place.leaf());
    }

    private void giveMode(FileStatus status) throws IOException {
        int mode = named.orElseThrow().mode();
        if (status.permissions() != mode) {
            // The process's umask has taken bits away, or a change of owner has.
            file.changeMode(mode);
        }
    }

    /**
     * Checks that nobody has written the file since it got its target's name. carbon looks whether a file is there and, if not,
     * opens it in a way that empties what came into being between these two steps.
     *
     * @throws StoreBusyException if somebody has
     */
    void requireAsLinked(MetricName metric) throws IOException {
        FileStatus before = linked.orElseThrow();
        FileStatus now = FileStatus.of(file);
        if (before.size() != now.size()
                || before.modifiedSeconds() != now.modifiedSeconds()
                || before.modifiedNanos() != now.modifiedNanos()) {
            throw new StoreBusyException(
                    metric + " was written by another program in the moment in which it was made; copy it again");
        }
    }

    /** Moves it under another name, which nothing may have. */
    boolean moveTo(Descriptor directory, String name) throws IOException {
        giveMode(FileStatus.of(file));
        return rename(directory, name);
    }

    private boolean rename(Descriptor directory, String name) throws IOException {
        Named from = named.orElseThrow();
        boolean moved = FileTree.renameNoReplace(from.folder().descriptor(), from.name(), directory, name);
        gone |= moved;
        return moved;
    }

    @Override
    public Stage besideTarget(int mode) throws IOException {
        Stage copy = beside(parts, place, size, mode);
        boolean whole = false;
        try (BufferPool.Lease memory = parts.buffers().acquire(COPY_BYTES)) {
            MemorySegment buffer = memory.block(0);
            for (Extent extent : Extents.of(file, FileStatus.of(file))) {
                for (long at = extent.from(); at < extent.to(); at += COPY_BYTES) {
                    MemorySegment part = buffer.asSlice(0, Math.min(COPY_BYTES, extent.to() - at));
                    FileContent.readFully(file, part, at);
                    copy.write(part, at);
                }
            }
            whole = true;
            return copy;
        } finally {
            if (!whole) {
                copy.close();
            }
        }
    }

    /** Removes it if it still has its hidden name, with the directories that were made for it. */
    @Override
    public void close() {
        Descriptors.closeQuietly(file);
        if (named.isEmpty()) {
            return;
        }
        if (closed) {
            return;
        }
        closed = true;
        Folder folder = named.get().folder();
        boolean remove = !gone;
        gone = true;
        if (remove) {
            Descriptors.removeQuietly(folder.descriptor(), named.get().name());
        }
        Descriptors.closeQuietly(folder);
        if (remove && folder.made()) {
            parts.paths().prune(place.directory());
        }
    }
}
