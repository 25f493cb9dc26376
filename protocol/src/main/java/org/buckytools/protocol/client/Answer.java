package org.buckytools.protocol.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;

/** What a daemon answered, with a body that has not been read. Its head is there. For one thread. */
final class Answer implements AutoCloseable {
    private static final int OK = 200;

    private final Failures failures;
    private final HttpChannel.Head head;
    private final InputStream body;
    private final Runnable release;

    /** {@code release} is done when the answer is closed. */
    Answer(Failures failures, HttpChannel.Head head, HttpChannel.Body body, Runnable release) {
        this.failures = failures;
        this.head = head;
        this.body = Channels.newInputStream(body);
        this.release = release;
    }

    /** What it throws is for {@link Failures#brokenAnswer}. */
    InputStream body() {
        return body;
    }

    /** Returns itself if the request succeeded, else closes itself. */
    Answer expectOk() throws AgentException {
        if (head.status() == OK) {
            return this;
        }
        try (this) {
            throw failures.status(head.status(), errorText());
        }
    }

    /**
     * To be called when all that was wanted of the body has come: its very end is read too, since only then the connection can
     * be used again. What goes wrong with that costs the connection and nothing else.
     */
    void finish() {
        try {
            if (body.read() >= 0) {
                return; // there is more of it, which nobody wants
            }
        } catch (IOException e) {
            // closing the answer closes a connection that is not at its end
        }
    }

    private byte[] errorText() throws AgentException {
        try {
            return body.readNBytes(Failures.MAX_BODY);
        } catch (IOException e) {
            if (Failures.isInterrupt(e)) {
                throw failures.brokenAnswer(e);
            }
            return new byte[0]; // the status says enough
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
