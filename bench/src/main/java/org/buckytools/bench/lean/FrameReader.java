package org.buckytools.bench.lean;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32C;

/**
 * Receives files as frames. Files are written straight from the buffer that was received into; as much is received at a time as
 * it has room for, apart from large files, of which each block comes to the begin of the buffer.
 */
final class FrameReader implements MoveSteps.Source {
    private final ReadableByteChannel channel;
    private final CRC32C crc = new CRC32C();

    /** Between position and limit, what was received and not taken. */
    private final ByteBuffer frames = FrameHeader.newBuffer().limit(0);

    private boolean large;

    FrameReader(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** Begins with a file, the content of which must all be taken before the next one. */
    FrameHeader header() throws IOException {
        fill(FrameHeader.LENGTH, frames.capacity(), FrameHeader.START);
        crc.reset();
        FrameHeader header = FrameHeader.get(take(FrameHeader.LENGTH));
        large = header.version().size() > MoveSteps.BLOCK_BYTES;
        if (header.version().size() == 0) {
            fill(FrameHeader.CRC_LENGTH, frames.capacity(), FrameHeader.CONTENT_START);
            requireSum();
        }
        return header;
    }

    /**
     * What is next of the content.
     *
     * @throws IOException also if this is the last of a file and the checksum differs, so that it does not get its name
     */
    @Override
    public ByteBuffer next(long left) throws IOException {
        int length = (int) Math.min(left, MoveSteps.BLOCK_BYTES);
        if (length < left) {
            fill(length, length, FrameHeader.CONTENT_START);
            return take(length);
        }
        int rest = length + FrameHeader.CRC_LENGTH;
        // None of the next large file's content, which would have to be moved to the begin of the buffer.
        fill(rest, large ? rest + FrameHeader.LENGTH : frames.capacity(), FrameHeader.CONTENT_START);
        ByteBuffer last = take(length);
        requireSum();
        return last;
    }

    /**
     * Receives.
     *
     * @param need bytes that must be there, side by side
     * @param most that may be there
     * @param start where they come to if there is no room for them where they are
     */
    private void fill(int need, int most, int start) throws IOException {
        int received = frames.remaining();
        if (received >= need) {
            return;
        }
        int begin = frames.position();
        if (received == 0 || begin + need > frames.capacity()) {
            frames.clear().put(start, frames, begin, received);
            begin = start;
        }
        frames.limit(Math.min(begin + most, frames.capacity())).position(begin + received);
        while (frames.position() < begin + need) {
            if (channel.read(frames) < 0) {
                throw new EOFException("the other end has closed the connection");
            }
        }
        frames.limit(frames.position()).position(begin);
    }

    private ByteBuffer take(int length) {
        ByteBuffer taken = frames.slice(frames.position(), length);
        frames.position(frames.position() + length);
        crc.update(taken);
        return taken.rewind();
    }

    private void requireSum() throws IOException {
        int told = frames.getInt();
        if (told != (int) crc.getValue()) {
            throw new IOException("a file was damaged on its way: its CRC-32C is "
                    + Integer.toHexString((int) crc.getValue()) + " instead of " + Integer.toHexString(told));
        }
    }
}
