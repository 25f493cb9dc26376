package org.buckytools.protocol.transfer;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Decodes {@link ChunkEncoding#POINTS} between arrays that are as large as a chunk may be, and never larger. Holds memory outside the heap. For one thread. */
final class ChunkDecoder implements AutoCloseable {
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private final byte[] stored = new byte[FileStreamFormat.MAX_ENCODED_CHUNK];
    private final byte[] columns = new byte[FileStreamFormat.MAX_ENCODED_CHUNK];
    private final byte[] raw = new byte[FileStreamFormat.MAX_ENCODED_CHUNK];

    /** Where the caller puts what came. */
    byte[] stored() {
        return stored;
    }

    /**
     * Decodes what was put there.
     *
     * @param offset of the chunk in its file
     * @return valid until the next call; empty if it is no such encoding of {@code length} bytes
     */
    Optional<ByteBuffer> decode(int storedLength, int length, long offset) {
        try {
            if (zstd.decompressByteArray(columns, 0, length, stored, 0, storedLength) != length) {
                return Optional.empty();
            }
        } catch (ZstdException e) {
            // It names neither place nor reason that the caller would not name better.
            return Optional.empty();
        }
        PointColumns.join(columns, length, offset, raw);
        return Optional.of(ByteBuffer.wrap(raw, 0, length));
    }

    @Override
    public void close() {
        zstd.close();
    }
}
