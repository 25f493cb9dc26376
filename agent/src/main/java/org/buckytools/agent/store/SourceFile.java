package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.FileVersion;

/**
 * A metric's content as it was at one moment, read under its lock. It holds memory or a hidden copy, neither the file nor
 * its lock, so a slow network costs nobody else anything. For one thread at a time; must be closed.
 */
public abstract sealed class SourceFile implements AutoCloseable permits HeldSource, CopiedSource {
    /** The most bytes of one chunk. */
    public static final int CHUNK_BYTES = 1 << 20;

    /** The size up to which a file is held in memory rather than in a hidden copy, 16 MiB. */
    public static final long MAX_IN_MEMORY_BYTES = 16L << 20;

    private final MetricStat stat;
    private final Optional<FileVersion> version;
    private final List<Extent> extents;

    /**
     * @param stat the file when it was read
     * @param version names the content
     * @param extents where there is any; elsewhere are zeros
     */
    SourceFile(MetricStat stat, Optional<FileVersion> version, List<Extent> extents) {
        this.stat = stat;
        this.version = version;
        this.extents = extents;
    }

    /** The file when it was read. */
    public final MetricStat stat() {
        return stat;
    }

    /**
     * Names the content, for {@link MetricStore#deleteUnchanged}; empty if the file was being written while it was read, so
     * that the same version could also name another content.
     */
    public final Optional<FileVersion> version() {
        return version;
    }

    /**
     * Checks that the content is a Whisper file that can be moved.
     *
     * @throws IOException Whisper's CorruptWhisperFileException or UnsupportedWhisperFormatException
     */
    public abstract void validate() throws IOException;

    /** Hands out the content in ascending order of offsets. Can be repeated. */
    public final void forEachChunk(ChunkMode mode, ChunkSink sink) throws IOException {
        forEachChunk(mode, 0, stat().size(), sink);
    }

    /**
     * Hands out a range of the content in ascending order of offsets. Can be repeated.
     *
     * @param from the first byte
     * @param to the byte behind the last, at most the size
     */
    public void forEachChunk(ChunkMode mode, long from, long to, ChunkSink sink) throws IOException {
        handOut(mode, from, to, sink);
    }

    /** Gives back memory and copy. */
    @Override
    public abstract void close();

    /** Takes a window of the content. */
    @FunctionalInterface
    interface WindowSink {
        void window(long offset, MemorySegment bytes) throws IOException;
    }

    /** Hands out the data of a range in windows that do not cross multiples of {@link #CHUNK_BYTES}. */
    abstract void windows(Extent range, WindowSink sink) throws IOException;

    final List<Extent> extents() {
        return extents;
    }

    final void handOut(ChunkMode mode, long from, long to, ChunkSink sink) throws IOException {
        Objects.checkFromToIndex(from, to, stat().size());
        long done = from;
        for (Extent extent : extents()) {
            Extent part = new Extent(Math.max(extent.from(), from), Math.min(extent.to(), to));
            if (part.length() <= 0) {
                continue;
            }
            if (mode == ChunkMode.SKIP_ZEROS) {
                windows(
                        part,
                        (offset, bytes) -> Zeros.without(
                                bytes, offset, (a, b) -> sink.chunk(offset + a, readOnly(bytes.asSlice(a, b - a)))));
            } else {
                zeros(done, part.from(), sink);
                windows(part, (offset, bytes) -> sink.chunk(offset, readOnly(bytes)));
                done = part.to();
            }
        }
        if (mode == ChunkMode.ALL) {
            zeros(done, to, sink);
        }
    }

    private static void zeros(long from, long to, ChunkSink sink) throws IOException {
        for (long at = from; at < to; at += BufferPool.SMALL_BYTES) {
            sink.chunk(at, readOnly(Zeros.some(Math.min(BufferPool.SMALL_BYTES, to - at))));
        }
    }

    private static ByteBuffer readOnly(MemorySegment bytes) {
        return bytes.asByteBuffer().asReadOnlyBuffer();
    }
}
