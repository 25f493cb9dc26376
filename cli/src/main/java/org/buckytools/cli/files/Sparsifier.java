package org.buckytools.cli.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.buckytools.whisper.UnsupportedWhisperFormatException;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;
import org.buckytools.whisper.posix.OpenFlag;

/** Turns the zeros of files into holes. Safe for use by many threads. */
final class Sparsifier {
    /** The block size of usual file systems; what lies in larger blocks is given back by those where it fills them. */
    private static final int BLOCK = 4096;

    /** Read and punched in one go, while all others wait: a millisecond. */
    private static final int PIECE = 256 * BLOCK;

    private final Patience patience;
    private final Punch punch;
    private final MemorySegment zeros = Arena.ofAuto().allocate(BLOCK, BLOCK);

    /** Makes a hole; {@link Descriptor#punchHole}, but for tests of file systems without. */
    interface Punch {
        boolean hole(Descriptor file, long offset, long length) throws IOException;
    }

    /** What became of a file. */
    sealed interface Result {}

    /**
     * Its zeros are holes now.
     *
     * @param freedBytes what it takes less on the disk
     * @param guarded whether all others were kept out meanwhile, not only those who lock
     */
    record Treated(long freedBytes, boolean guarded) implements Result {}

    /** Its file system has no holes; it is as it was. */
    record NoHoles() implements Result {}

    Sparsifier(Patience patience) {
        this(patience, Descriptor::punchHole);
    }

    Sparsifier(Patience patience, Punch punch) {
        this.patience = patience;
        this.punch = punch;
    }

    /**
     * Treats a file. What it holds, its length and its time of last change stay as they are, whenever this ends.
     *
     * @throws OpenElsewhereException if another process has the file open all the time
     */
    Result run(Path path) throws IOException {
        try (Descriptor file = Descriptor.open(path, OpenFlag.WRITE, OpenFlag.NO_FOLLOW);
                Arena arena = Arena.ofConfined()) {
            FileStatus before = FileStatus.of(file);
            if (!before.isRegularFile()) {
                throw new IOException(path + " is no regular file");
            }
            // What go-carbon keeps free in them it will need, and they have few zeros anyway.
            if (WhisperHeader.isCompressed(LockedSource.head(file, before.size()))) {
                throw UnsupportedWhisperFormatException.ofCompressed(path.toString());
            }
            MemorySegment piece = arena.allocate(Math.clamp(blocksUpTo(before.size()), BLOCK, PIECE), BLOCK);
            // Blocks that were reserved and never written read as holes, but take space.
            boolean reserved = before.allocatedBytes() > dataBytes(file, before.size());
            boolean guarded = true;
            long offset = 0;
            while (offset < before.size()) {
                if (!reserved) {
                    long data = file.seekData(offset);
                    if (data < 0) {
                        break;
                    }
                    offset = Math.max(offset, data - data % BLOCK);
                }
                // Others are kept out only where there is something to do; then it is looked at again.
                if (hasZeros(piece, FileContent.read(file, piece, offset))) {
                    try (SoleAccess sole = SoleAccess.of(file, patience)) {
                        guarded &= sole.keepsOutAll();
                        if (!punchZeros(file, offset, piece)) {
                            return new NoHoles();
                        }
                    }
                }
                offset += PIECE;
            }
            return new Treated(
                    Math.max(0, before.allocatedBytes() - FileStatus.of(file).allocatedBytes()), guarded);
        }
    }

    private static long dataBytes(Descriptor file, long size) throws IOException {
        long bytes = 0;
        long data = file.seekData(0);
        while (data >= 0 && data < size) {
            long hole = file.seekHole(data);
            bytes += blocksUpTo(hole) - data + data % BLOCK;
            data = hole < size ? file.seekData(hole) : -1;
        }
        return bytes;
    }

    private static long blocksUpTo(long offset) {
        return (offset + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** Whether a block of the first {@code length} bytes is nothing but zeros. */
    private boolean hasZeros(MemorySegment piece, long length) {
        for (long at = 0; at < length; at += BLOCK) {
            if (isZero(piece, at, Math.min(BLOCK, length - at))) {
                return true;
            }
        }
        return false;
    }

    private boolean isZero(MemorySegment piece, long at, long length) {
        return MemorySegment.mismatch(piece, at, at + length, zeros, 0, length) < 0;
    }

    /** Makes holes in one piece; false if that cannot be done. */
    private boolean punchZeros(Descriptor file, long offset, MemorySegment piece) throws IOException {
        FileStatus before = FileStatus.of(file);
        long read = FileContent.read(file, piece, offset);
        boolean punched = false;
        try {
            long zerosFrom = -1;
            for (long at = 0; at <= read; at += BLOCK) {
                long length = Math.min(BLOCK, read - at);
                boolean zero = length > 0 && isZero(piece, at, length);
                if (zero && zerosFrom < 0) {
                    zerosFrom = at;
                }
                // The last block counts as a whole one, whatever part of it the file has.
                boolean ends = !zero || at + BLOCK > read;
                if (ends && zerosFrom >= 0) {
                    long to = zero ? at + BLOCK : at;
                    if (!punch.hole(file, offset + zerosFrom, to - zerosFrom)) {
                        return false;
                    }
                    punched = true;
                    zerosFrom = -1;
                }
            }
            return true;
        } finally {
            if (punched) {
                keepTime(file, before);
            }
        }
    }

    /** A hole is a change to the file system; to those who look for metrics that get no more points it is none. */
    private static void keepTime(Descriptor file, FileStatus before) throws IOException {
        FileStatus now = FileStatus.of(file);
        if (now.modifiedSeconds() != before.modifiedSeconds() || now.modifiedNanos() != before.modifiedNanos()) {
            file.changeModified(before.modifiedSeconds(), before.modifiedNanos());
        }
    }
}
