package org.buckytools.cli.archive;

import java.io.IOException;
import java.util.function.Supplier;

/** How an archive is compressed. */
public enum Compression {
    /** Not at all. */
    NONE,
    /** As gzip does by default. */
    GZIP,
    /** As zstd does by default. */
    ZSTD;

    /** Makes what one thread compresses blocks with; not for {@link #NONE}. */
    Supplier<BlockCompressor> compressors() {
        return switch (this) {
            case NONE -> throw new IllegalStateException("there is nothing to compress with");
            case GZIP -> GzipBlocks::new;
            case ZSTD -> ZstdBlocks::new;
        };
    }

    /**
     * Compresses blocks, each by itself, so that several threads can do so and the results, one behind the other, are one
     * compressed file. For one thread.
     */
    interface BlockCompressor extends AutoCloseable {
        /** How large the result for a block of this many bytes can get. */
        int bound(int bytes);

        /** Compresses all of {@code source} into {@code target}, both direct. */
        void compress(java.nio.ByteBuffer source, java.nio.ByteBuffer target) throws IOException;

        @Override
        void close();
    }
}
