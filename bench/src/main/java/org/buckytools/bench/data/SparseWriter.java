package org.buckytools.bench.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.buckytools.whisper.posix.FileStatus;

/** Writes files with holes where there are whole blocks of zeros, and says what files take. */
final class SparseWriter {
    private static final int BLOCK = 4096;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK).asReadOnlyBuffer();

    private SparseWriter() {}

    static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        int size = bytes.limit();
        for (int at = 0; at < size; at += BLOCK) {
            ByteBuffer block = bytes.slice(at, Math.min(BLOCK, size - at));
            boolean last = at + BLOCK >= size;
            if (last || block.mismatch(ZEROS.slice(0, block.remaining())) >= 0) {
                while (block.hasRemaining()) {
                    channel.write(block, at + (long) block.position());
                }
            }
        }
    }

    static long allocatedBytes(Path path) throws IOException {
        return FileStatus.of(path).allocatedBytes();
    }
}
