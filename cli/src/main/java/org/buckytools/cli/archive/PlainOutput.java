package org.buckytools.cli.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.buckytools.cli.output.StandardOutput;

/** Gathers headers and small files; larger pieces go from their own buffer to the system, and many zeros become a hole if they can. */
final class PlainOutput implements ArchiveOutput {
    private static final int GATHERED_BELOW = 32 * 1024;
    private static final int BUFFER_BYTES = 256 * 1024;

    private static final byte[] ZEROS = new byte[GATHERED_BELOW];

    private final WritableByteChannel channel;
    private final ByteBuffer gathered = ByteBuffer.allocateDirect(BUFFER_BYTES);

    PlainOutput(WritableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() >= GATHERED_BELOW) {
            flush();
            writeAll(bytes);
            return;
        }
        if (bytes.remaining() > gathered.remaining()) {
            flush();
        }
        gathered.put(bytes);
    }

    @Override
    public void zeros(long count) throws IOException {
        if (count >= GATHERED_BELOW && channel instanceof StandardOutput output) {
            flush();
            output.zeros(count);
            return;
        }
        for (long left = count; left > 0; ) {
            int length = (int) Math.min(left, ZEROS.length);
            if (length > gathered.remaining()) {
                flush();
            }
            gathered.put(ZEROS, 0, length);
            left -= length;
        }
    }

    @Override
    public void finish() throws IOException {
        flush();
    }

    @Override
    public void close() {}

    private void flush() throws IOException {
        gathered.flip();
        writeAll(gathered);
        gathered.clear();
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
