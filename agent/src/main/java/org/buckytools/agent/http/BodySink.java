package org.buckytools.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Where the body of an answer goes, both as a stream and as a channel. Small pieces are gathered in a pooled direct buffer;
 * large ones go from the caller's buffer to the socket, without a copy if that is direct. Writes block until the socket
 * has taken the bytes, so a slow caller slows its own answer and nothing else. For one thread at a time.
 */
final class BodySink extends OutputStream implements WritableByteChannel {
    /** Pieces from this size on are not gathered: the copy would cost more than the call it saves. */
    private static final int LARGE_BYTES = 32 * 1024;

    private static final int GATHER_BYTES = 64 * 1024;

    private final org.eclipse.jetty.server.Response response;
    private final ByteBufferPool buffers;
    private RetainableByteBuffer gathered;
    private boolean open = true;
    private boolean hadToWait;

    BodySink(org.eclipse.jetty.server.Response response, ByteBufferPool buffers) {
        this.response = response;
        this.buffers = buffers;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        hadToWait = false;
        int length = bytes.remaining();
        if (length >= LARGE_BYTES) {
            sendGathered(false);
            send(bytes, false);
        } else {
            while (bytes.hasRemaining()) {
                gather(bytes);
            }
        }
        return length;
    }

    /** Whether the last write of a buffer found the socket full. */
    boolean hadToWait() {
        return hadToWait;
    }

    @Override
    public void write(int b) throws IOException {
        gather(ByteBuffer.wrap(new byte[] {(byte) b}));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
        while (source.hasRemaining()) {
            gather(source);
        }
    }

    /** Sends what was gathered; the first time with the header, even if there is nothing else yet. */
    @Override
    public void flush() throws IOException {
        if (gathered != null && gathered.hasRemaining()) {
            sendGathered(false);
        } else if (!response.isCommitted()) {
            send(BufferUtil.EMPTY_BUFFER, false);
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Does nothing: an answer is ended by {@link #finish} alone, so that one that failed half-way never looks whole. */
    @Override
    public void close() {}

    /** Sends the rest and ends the answer. */
    void finish() throws IOException {
        sendGathered(true);
        open = false;
    }

    /** Gives back the buffer. */
    void release() {
        open = false;
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    private void gather(ByteBuffer bytes) throws IOException {
        if (gathered == null) {
            gathered = buffers.acquire(GATHER_BYTES, true);
        }
        ByteBuffer buffer = gathered.getByteBuffer();
        BufferUtil.append(buffer, bytes);
        if (BufferUtil.isFull(buffer)) {
            sendGathered(false);
        }
    }

    private void sendGathered(boolean last) throws IOException {
        if (gathered == null) {
            if (last) {
                send(BufferUtil.EMPTY_BUFFER, true);
            }
            return;
        }
        ByteBuffer buffer = gathered.getByteBuffer();
        if (last || buffer.hasRemaining()) {
            send(buffer, last);
            BufferUtil.clear(buffer);
        }
    }

    private void send(ByteBuffer bytes, boolean last) throws IOException {
        try (Blocker.Callback blocker = Blocker.callback()) {
            Sending sending = new Sending(blocker);
            response.write(last, bytes, sending);
            hadToWait |= !sending.isDone;
            blocker.block();
        } catch (IOException e) {
            throw new BrokenDownloadException(e);
        }
    }

    /** Tells what the socket took at once from what it took later. */
    private static final class Sending extends Callback.Nested {
        private volatile boolean isDone;

        Sending(Callback callback) {
            super(callback);
        }

        @Override
        public void completed() {
            isDone = true;
        }
    }
}
