package org.buckytools.bench.lean;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;
import org.buckytools.whisper.posix.FileStatus;

/**
 * Sends files as frames. Files are read straight into the buffer that is sent, which is sent when the next frame does not
 * fit into what is left of it. For each file {@link #begin} comes first, {@link #end} last, and a {@link #flush} behind the last file.
 */
final class FrameWriter implements MoveSteps.Sink {
    private final WritableByteChannel channel;
    private final CRC32C crc = new CRC32C();

    /** Up to its position frames that are not sent, */
    private final ByteBuffer frames = FrameHeader.newBuffer();

    /** beginning here; */
    private int start;

    /** from here on, the checksum does not have them yet. */
    private int summed;

    private int index;
    private long left;

    FrameWriter(WritableByteChannel channel) {
        this.channel = channel;
        emptied(FrameHeader.START);
    }

    /**
     * A file is about to be opened.
     *
     * @param index of its name in the request
     */
    void begin(int index) {
        this.index = index;
    }

    @Override
    public void opened(FileStatus status) throws IOException {
        left = status.size();
        if (FrameHeader.LENGTH + left + FrameHeader.CRC_LENGTH > frames.remaining()) {
            flush();
        }
        crc.reset();
        summed = frames.position();
        new FrameHeader(index, status.mode(), VersionBytes.of(status)).put(frames);
    }

    @Override
    public ByteBuffer block() {
        return frames.slice(frames.position(), (int) Math.min(left, MoveSteps.BLOCK_BYTES));
    }

    @Override
    public void pass(ByteBuffer block) throws IOException {
        frames.position(frames.position() + block.remaining());
        left -= block.remaining();
        if (left > 0) {
            sum();
            send();
            emptied(FrameHeader.CONTENT_START);
        }
    }

    /** A file was read, and is still as it was when it was opened. */
    void end() {
        sum();
        frames.putInt((int) crc.getValue());
    }

    /** Sends what is not sent. */
    void flush() throws IOException {
        send();
        emptied(FrameHeader.START);
    }

    private void sum() {
        crc.update(frames.slice(summed, frames.position() - summed));
    }

    private void send() throws IOException {
        Loopback.writeFully(frames.slice(start, frames.position() - start), channel);
    }

    private void emptied(int next) {
        frames.position(next);
        start = next;
        summed = next;
    }
}
