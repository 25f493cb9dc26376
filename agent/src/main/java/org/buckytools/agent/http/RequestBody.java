package org.buckytools.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Blocker;

/**
 * A request's body as it comes off the socket, in the server's own direct buffers. Blocking; for one thread. A caller who
 * sends nothing for the connection's idle timeout, or on average too little, is given up.
 */
final class RequestBody {
    /** A body may take this long however slow it is. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** Bytes a second that a body must bring on average once the grace is over: a slow modem's. */
    private static final long LEAST_RATE = 4096;

    private final Content.Source source;
    private final long startNanos = System.nanoTime();
    private Content.Chunk chunk;
    private long received;
    private boolean ended;

    RequestBody(Content.Source source) {
        this.source = source;
    }

    /** Bytes that have come so far, as they were on the wire. */
    long received() {
        return received;
    }

    /**
     * The next bytes, at least one, in a direct buffer that is valid until the next call; null at the end.
     *
     * @throws BrokenUploadException if the body ends before its end, or is too slow
     */
    ByteBuffer next() throws IOException {
        release();
        while (!ended) {
            Content.Chunk next = source.read();
            if (next == null) {
                awaitContent();
                continue;
            }
            if (Content.Chunk.isFailure(next)) {
                ended = true;
                Throwable failure = next.getFailure();
                throw new BrokenUploadException(
                        "the request's body broke off after " + received + " bytes: " + reason(failure), failure);
            }
            ended = next.isLast();
            received += next.remaining();
            if (next.hasRemaining()) {
                chunk = next;
                checkRate();
                return next.getByteBuffer();
            }
            next.release();
        }
        return null;
    }

    /** Gives back the buffer of the last {@link #next}. */
    void release() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    /** Reads what is left, but no more than {@code most} bytes, and drops it. */
    void drain(long most) throws IOException {
        long limit = received + most;
        ByteBuffer bytes = next();
        while (bytes != null && received <= limit) {
            bytes = next();
        }
        release();
    }

    /** The body, or what is left of it, as a stream; closing it does nothing. */
    InputStream stream() {
        return new InputStream() {
            private ByteBuffer current;

            @Override
            public int read() throws IOException {
                return advance() ? current.get() & 0xFF : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (!advance()) {
                    return -1;
                }
                int count = Math.min(length, current.remaining());
                current.get(target, offset, count);
                return count;
            }

            private boolean advance() throws IOException {
                if (current == null || !current.hasRemaining()) {
                    current = next();
                }
                return current != null;
            }
        };
    }

    private void awaitContent() throws IOException {
        try (Blocker.Runnable blocker = Blocker.runnable()) {
            source.demand(blocker);
            blocker.block();
        }
    }

    private void checkRate() throws IOException {
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        if (millis > GRACE.toMillis() && received / (millis / 1000) < LEAST_RATE) {
            release();
            ended = true;
            throw new BrokenUploadException(
                    "the request's body came too slowly: " + received + " bytes in " + millis / 1000 + " s", null);
        }
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
