package org.buckytools.agent.rehearsal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.buckytools.protocol.transfer.ChunkCompressor;
import org.buckytools.protocol.transfer.FileStreamReader;
import org.buckytools.protocol.transfer.FileStreamWriter;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.LinkFigures;
import org.buckytools.protocol.transfer.StreamedFile;

/**
 * A link in memory that seems slow, so that what goes over it is compressed: the loopback never is. Without this the first blocks
 * that are compressed for trial on a real link take so long that it looks as if that did not pay.
 */
final class SlowLink {
    /** 10 MB/s. */
    private static final long NANOS_A_BYTE = 100;

    /** In several writes, as only between two of them can be seen how fast the link is. */
    private static final int WRITE_BYTES = 64 << 10;

    private final LinkFigures figures = new LinkFigures(() -> 1);
    private final ByteBuffer buffer;

    /** Stands still but while something goes over the link. */
    private long now;

    /**
     * @param buffer for one call at a time, of at least {@link org.buckytools.protocol.transfer.FileStreamFormat#MIN_BUFFER} bytes
     */
    SlowLink(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /**
     * Sends a file and receives it.
     *
     * @return how many bytes went over the link
     */
    int carry(StreamedFile file, byte[] content) throws IOException {
        byte[] sent = send(file, content);
        Receipt receipt = new Receipt();
        try (FileStreamReader reader =
                new FileStreamReader(Channels.newChannel(new ByteArrayInputStream(sent)), buffer, 1)) {
            while (reader.next(receipt)) {
                // One file, and then the end of the stream.
            }
        }
        if (receipt.bytes != content.length) {
            throw new IllegalStateException(receipt.bytes + " of " + content.length + " bytes came");
        }
        return sent.length;
    }

    private byte[] send(StreamedFile file, byte[] content) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream(content.length);
        WritableByteChannel wire = Channels.newChannel(sent);
        FileStreamWriter.Sink sink = bytes -> {
            now += bytes.remaining() * NANOS_A_BYTE;
            wire.write(bytes);
        };
        try (ChunkCompressor compressor = new ChunkCompressor(figures, () -> 1, () -> now)) {
            FileStreamWriter writer = new FileStreamWriter(sink, buffer, Optional.of(compressor));
            writer.file(file);
            for (int at = 0; at < content.length; at += WRITE_BYTES) {
                writer.chunk(at, ByteBuffer.wrap(content, at, Math.min(WRITE_BYTES, content.length - at)));
            }
            writer.fileEnd();
            writer.end();
        }
        return sent.toByteArray();
    }

    private static final class Receipt implements FileStreamReader.Handler {
        private long bytes;

        @Override
        public void file(StreamedFile begun) {}

        @Override
        public void chunk(long offset, ByteBuffer part) {
            bytes += part.remaining();
        }

        @Override
        public void fileEnd() {}

        @Override
        public void fileFailed(ItemFailure failure) {
            throw new IllegalStateException(failure.message());
        }

        @Override
        public void failure(int index, ItemFailure failure) {
            throw new IllegalStateException(failure.message());
        }
    }
}
