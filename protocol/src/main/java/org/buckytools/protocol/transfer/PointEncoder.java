package org.buckytools.protocol.transfer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** Makes {@link ChunkEncoding#POINTS}, as {@link ChunkDecoder} undoes it. Holds memory outside the heap. For one thread. */
class PointEncoder implements AutoCloseable {
    /** The fastest of zstd's usual levels; higher ones cost more than they save from 1 Gbit/s on. */
    private static final int LEVEL = -1;

    private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL).setChecksum(false);
    private final byte[] raw = new byte[FileStreamFormat.MAX_ENCODED_CHUNK];
    private final byte[] columns = new byte[FileStreamFormat.MAX_ENCODED_CHUNK];
    private final byte[] stored = new byte[Math.toIntExact(Zstd.compressBound(FileStreamFormat.MAX_ENCODED_CHUNK))];

    /**
     * Encodes a block.
     *
     * @param offset of the block in its file
     * @param block at most {@link FileStreamFormat#MAX_ENCODED_CHUNK} bytes, from its position to its limit, which stay
     * @return perhaps larger than the block; valid until the next call
     */
    ByteBuffer encode(long offset, ByteBuffer block) {
        int length = block.remaining();
        block.get(block.position(), raw, 0, length);
        PointColumns.split(raw, length, offset, columns);
        return ByteBuffer.wrap(stored, 0, zstd.compressByteArray(stored, 0, stored.length, columns, 0, length));
    }

    @Override
    public void close() {
        zstd.close();
    }
}
