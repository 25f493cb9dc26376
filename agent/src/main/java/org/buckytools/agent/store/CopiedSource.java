package org.buckytools.agent.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.WhisperHeader;
import org.buckytools.whisper.posix.Descriptor;
import org.buckytools.whisper.posix.FileContent;
import org.buckytools.whisper.posix.FileStatus;

/**
 * A large content in a file: a copy that has no name, or, where there is no room for one, the metric's own file, which then must
 * not change while it is handed out.
 */
final class CopiedSource extends SourceFile {
    private final Descriptor file;
    private final Optional<FileStatus> unchanged;
    private final BufferPool buffers;

    /**
     * @param file owned by this
     * @param unchanged for the metric's own file, what it was when it was opened
     */
    CopiedSource(
            MetricStat stat,
            Optional<FileVersion> version,
            List<Extent> extents,
            Descriptor file,
            Optional<FileStatus> unchanged,
            BufferPool buffers) {
        super(stat, version, extents);
        this.file = file;
        this.unchanged = unchanged;
        this.buffers = buffers;
    }

    @Override
    public void validate() throws IOException {
        try (BufferPool.Lease memory = buffers.acquire(WhisperHeader.MAX_BYTES)) {
            MemorySegment start = memory.block(0).asSlice(0, WhisperHeader.MAX_BYTES);
            long read = FileContent.read(file, start, 0);
            WhisperHeader.parse(
                    start.asSlice(0, read).asByteBuffer(),
                    stat().size(),
                    stat().name().value());
        }
    }

    @Override
    public void forEachChunk(ChunkMode mode, long from, long to, ChunkSink sink) throws IOException {
        handOut(mode, from, to, sink);
        if (unchanged.isPresent() && !sameContent(unchanged.get(), FileStatus.of(file))) {
            throw new StoreBusyException(stat().name()
                    + " was written while it was read; there was no space for a copy of it, so try again later");
        }
    }

    private static boolean sameContent(FileStatus before, FileStatus after) {
        return Retirement.versionOf(before).equals(Retirement.versionOf(after));
    }

    @Override
    void windows(Extent range, WindowSink sink) throws IOException {
        try (BufferPool.Lease memory = buffers.acquire(CHUNK_BYTES)) {
            for (long at = range.from(); at < range.to(); ) {
                long end = Math.min(range.to(), (at / CHUNK_BYTES + 1) * CHUNK_BYTES);
                MemorySegment window = memory.block(0).asSlice(0, end - at);
                FileContent.readFully(file, window, at);
                sink.window(at, window);
                at = end;
            }
        }
    }

    @Override
    public void close() {
        Descriptors.closeQuietly(file);
    }
}
