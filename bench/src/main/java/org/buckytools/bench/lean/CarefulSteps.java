package org.buckytools.bench.lean;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.OpenFlag;
import org.buckytools.whisper.posix.PosixFiles;

/**
 * Those of {@link BareSteps}, and what our daemons do so that no point is lost, as {@code docs/safety.md} tells: a shared lock while a
 * file is read, which must not have changed meanwhile; a file is on the disk before it gets its name, replaces none, and
 * its folder is, too, before anything is said of it; a delete takes an exclusive lock and a lease, looks whether the file is still the one
 * that was read, and hides it before it looks whether somebody has come for it.
 */
final class CarefulSteps implements MoveSteps {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    @Override
    public long read(Path file, Sink sink) throws IOException {
        try (Descriptor open = Descriptor.open(file, OpenFlag.NO_FOLLOW)) {
            open.lock(false, LOCK_TIMEOUT);
            FileStatus before = FileStatus.of(open);
            sink.opened(before);
            long offset = 0;
            while (offset < before.size()) {
                ByteBuffer block = sink.block();
                block.limit((int) Math.min(before.size() - offset, block.capacity()));
                FileContent.readFully(open, MemorySegment.ofBuffer(block), offset);
                offset += block.limit();
                sink.pass(block);
            }
            requireSame(file, before, FileStatus.of(open));
            return offset;
        }
    }

    @Override
    public void write(Path file, long size, Source source) throws IOException {
        if (FileStatus.find(file).isPresent()) {
            throw new IOException(file + " is there already");
        }
        Path hidden = MoveSteps.hidden(file);
        try (Descriptor made = Descriptor.open(hidden, OpenFlag.WRITE, OpenFlag.CREATE_NEW, OpenFlag.NO_FOLLOW)) {
            long offset = 0;
            while (offset < size) {
                ByteBuffer block = source.next(size - offset);
                FileContent.write(made, MemorySegment.ofBuffer(block), offset);
                offset += block.remaining();
            }
            made.startWriteback(0, size);
            made.syncData();
        }
        if (!PosixFiles.renameNoReplace(hidden, file)) {
            throw new IOException(file + " is there now");
        }
    }

    @Override
    public void written(List<Path> files) throws IOException {
        for (Path folder : files.stream().map(Path::getParent).distinct().toList()) {
            PosixFiles.syncDirectory(folder);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        deleteIf(file, status -> true);
    }

    /**
     * Deletes a file at the source if it is what is meant.
     *
     * @param expected of what it is while nobody else may write to it
     * @return whether it was; if not, it stays
     */
    boolean deleteIf(Path file, Predicate<FileStatus> expected) throws IOException {
        Path hidden = MoveSteps.hidden(file);
        try (Descriptor open = Descriptor.open(file, OpenFlag.NO_FOLLOW)) {
            open.lock(true, LOCK_TIMEOUT);
            Descriptor.Lease lease = open.tryWriteLease();
            FileStatus before = FileStatus.of(open);
            if (!expected.test(before)) {
                return false;
            }
            if (!PosixFiles.renameNoReplace(file, hidden)) {
                throw new IOException(hidden + " is there already");
            }
            requireSame(file, before, FileStatus.ofLink(hidden));
            if (lease == Descriptor.Lease.BUSY || (lease == Descriptor.Lease.ACQUIRED && !open.isSoleHolder())) {
                throw new IOException(file + " is open elsewhere");
            }
            Files.delete(hidden);
            return true;
        }
    }

    private static void requireSame(Path file, FileStatus before, FileStatus after) throws IOException {
        if (!before.isSameFile(after) || before.size() != after.size()) {
            throw new IOException(file + " was changed meanwhile");
        }
    }
}
