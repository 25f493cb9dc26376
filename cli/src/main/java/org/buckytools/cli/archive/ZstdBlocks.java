package org.buckytools.cli.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** Makes each block a frame of its own, with a checksum; RFC 8878 lets a file have any number of them. */
final class ZstdBlocks implements Compression.BlockCompressor {
    private final ZstdCompressCtx context = new ZstdCompressCtx();

    ZstdBlocks() {
        context.setChecksum(true);
    }

    @Override
    public int bound(int bytes) {
        return Math.toIntExact(Zstd.compressBound(bytes));
    }

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
        context.compress(target, source);
    }

    @Override
    public void close() {
        context.close();
    }
}
