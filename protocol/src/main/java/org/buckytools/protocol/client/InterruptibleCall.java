package org.buckytools.protocol.client;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import okhttp3.Call;

/**
 * Makes an OkHttp call end when the thread that waits for it is interrupted. A socket notices that by itself only on a virtual
 * thread; here it is done by the same hook by which the platform closes its own channels, on every thread.
 */
final class InterruptibleCall extends AbstractInterruptibleChannel {
    private final Call call;

    InterruptibleCall(Call call) {
        this.call = call;
    }

    /** Something that waits for the network. */
    @FunctionalInterface
    interface Waiting<T> {
        T run() throws IOException;
    }

    /**
     * Runs {@code waiting}, whose call is cancelled by an interrupt.
     *
     * @throws java.nio.channels.ClosedByInterruptException if there was one; the interrupt status is still set
     */
    <T> T run(Waiting<T> waiting) throws IOException {
        boolean completed = false;
        try {
            begin();
            T result = waiting.run();
            completed = true;
            return result;
        } finally {
            end(completed);
        }
    }

    /** To be called inside {@link #run} after code that may have waited for a channel of its own, which takes the hook away. */
    void hookAgain() {
        begin();
    }

    @Override
    protected void implCloseChannel() {
        call.cancel();
    }
}
