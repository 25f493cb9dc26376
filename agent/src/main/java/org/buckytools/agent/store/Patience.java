package org.buckytools.agent.store;

import java.time.Duration;

/**
 * How long the store waits for others before it gives up with a {@link StoreBusyException}, or keeps a file.
 *
 * @param request for another request on the same metric, which may itself be waiting for a file
 * @param fileLock for another process's {@code flock}
 * @param memory for memory that other requests use
 * @param openElsewhere for other processes to close a file that is to be deleted
 * @param withoutLeases where the file system cannot tell whether a file is open: what a writer may take between opening a
 *     file and writing to it
 */
record Patience(Duration request, Duration fileLock, Duration memory, Duration openElsewhere, Duration withoutLeases) {
    static final Patience USUAL = new Patience(
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2));
}
