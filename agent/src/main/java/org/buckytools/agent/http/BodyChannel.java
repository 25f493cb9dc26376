package org.buckytools.agent.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A request's body as a channel, so that it ends up in a buffer of the reader's. For one thread. */
final class BodyChannel implements ReadableByteChannel {
    private final RequestBody body;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean ended;

    BodyChannel(RequestBody body) {
        this.body = body;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (!current.hasRemaining()) {
            ByteBuffer next = ended ? null : body.next();
            ended = next == null;
            if (ended) {
                return -1;
            }
            current = next;
        }
        int length = Math.min(current.remaining(), target.remaining());
        target.put(current.slice(current.position(), length));
        current.position(current.position() + length);
        return length;
    }

    @Override
    public boolean isOpen() {
        return !ended;
    }

    /** Does nothing: what is left of the body is the request's. */
    @Override
    public void close() {}
}
