package org.buckytools.cli.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Makes each block a member of its own; RFC 1952 lets a file have any number of them. */
final class GzipBlocks implements Compression.BlockCompressor {
    /** Magic, deflate, no flags, no time, no extra flags, Unix. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

    private static final int TRAILER_BYTES = 8;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final CRC32 crc = new CRC32();

    @Override
    public int bound(int bytes) {
        // zlib's own deflateBound for default settings is below this: 5 bytes for each stored block of 16 KiB.
        return HEADER.length + bytes + (bytes >>> 12) + (bytes >>> 14) + 64 + TRAILER_BYTES;
    }

    @Override
    public void compress(ByteBuffer source, ByteBuffer target) {
        int length = source.remaining();
        crc.reset();
        crc.update(source.duplicate());
        target.put(HEADER);
        deflater.reset();
        deflater.setInput(source);
        deflater.finish();
        while (!deflater.finished()) {
            if (deflater.deflate(target) == 0 && !deflater.finished()) {
                throw new IllegalStateException("a block of " + length + " bytes grew beyond its bound");
            }
        }
        target.order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc.getValue()).putInt(length);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
