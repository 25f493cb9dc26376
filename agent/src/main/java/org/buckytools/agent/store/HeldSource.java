package org.buckytools.agent.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.buckytools.agent.store.Extents.Extent;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.transfer.FileVersion;
import org.buckytools.whisper.WhisperHeader;

/** A content in pooled memory. */
final class HeldSource extends SourceFile {
    private final BufferPool.Lease memory;

    /**
     * @param memory filled with the content where there are extents, with anything elsewhere; owned by this
     */
    HeldSource(MetricStat stat, Optional<FileVersion> version, List<Extent> extents, BufferPool.Lease memory) {
        super(stat, version, extents);
        this.memory = memory;
    }

    @Override
    public void validate() throws IOException {
        long start = Math.min(stat().size(), WhisperHeader.MAX_BYTES);
        if (extents().isEmpty() || extents().getFirst().from() != 0) {
            // The header is a hole.
            WhisperHeader.parse(
                    Zeros.some(start).asByteBuffer(),
                    stat().size(),
                    stat().name().value());
        } else {
            long there = Math.min(start, extents().getFirst().to());
            WhisperHeader.parse(
                    memory.block(0).asSlice(0, there).asByteBuffer(),
                    stat().size(),
                    stat().name().value());
        }
    }

    @Override
    void windows(Extent range, WindowSink sink) throws IOException {
        for (long at = range.from(); at < range.to(); ) {
            long end = Math.min(range.to(), (at / CHUNK_BYTES + 1) * CHUNK_BYTES);
            sink.window(
                    at,
                    memory.block((int) (at / BufferPool.LARGE_BYTES)).asSlice(at % BufferPool.LARGE_BYTES, end - at));
            at = end;
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
