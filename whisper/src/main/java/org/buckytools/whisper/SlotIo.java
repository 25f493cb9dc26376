package org.buckytools.whisper;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads and writes slots that lie one behind the other in a file. */
final class SlotIo {
    // 16,384 points: enough to make system calls negligible, and within the buffer that the JDK keeps for a thread.
    private static final int CHUNK_BYTES = 16_384 * Point.BYTES;

    private SlotIo() {}

    /** The time in the first slot of an archive. */
    static long readBase(FileChannel channel, ArchiveInfo archive, String file) throws IOException {
        ByteBuffer time = ByteBuffer.allocate(Integer.BYTES);
        readFully(channel, time, archive.offset(), file);
        return Integer.toUnsignedLong(time.getInt(0));
    }

    /** Reads {@code count} slots from {@code slot}, without wrapping, to {@code at} and on in both arrays. */
    static void read(
            FileChannel channel,
            ArchiveInfo archive,
            int slot,
            int count,
            long[] times,
            double[] values,
            int at,
            String file)
            throws IOException {
        ByteBuffer buffer = buffer(count);
        int done = 0;
        while (done < count) {
            int chunk = Math.min(count - done, buffer.capacity() / Point.BYTES);
            buffer.clear().limit(chunk * Point.BYTES);
            readFully(channel, buffer, archive.pointOffset(slot + done), file);
            buffer.flip();
            for (int i = at + done; buffer.hasRemaining(); i++) {
                times[i] = Integer.toUnsignedLong(buffer.getInt());
                values[i] = buffer.getDouble();
            }
            done += chunk;
        }
    }

    /** Writes {@code count} points from {@code at} of both arrays to {@code slot} and on, without wrapping. */
    static void write(
            FileChannel channel, ArchiveInfo archive, int slot, int count, long[] times, double[] values, int at)
            throws IOException {
        ByteBuffer buffer = buffer(count);
        int done = 0;
        while (done < count) {
            int chunk = Math.min(count - done, buffer.capacity() / Point.BYTES);
            buffer.clear();
            for (int i = at + done; i < at + done + chunk; i++) {
                buffer.putInt((int) times[i]).putDouble(values[i]);
            }
            writeFully(channel, buffer.flip(), archive.pointOffset(slot + done));
            done += chunk;
        }
    }

    private static ByteBuffer buffer(int points) {
        return ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, (long) points * Point.BYTES));
    }

    static void readFully(FileChannel channel, ByteBuffer buffer, long offset, String file) throws IOException {
        long at = offset;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new EOFException(file + " became shorter while it was read: nothing at byte " + at);
            }
            at += read;
        }
    }

    static void writeFully(FileChannel channel, ByteBuffer buffer, long offset) throws IOException {
        long at = offset;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }
}
