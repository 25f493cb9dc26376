package org.buckytools.agent.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Parts of a request that are worked on at once. */
final class Parts {
    private Parts() {}

    /** What came of one, or what it threw. */
    static <T> T await(Future<T> part) throws IOException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException defect -> throw defect;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a request was worked on");
        }
    }
}
