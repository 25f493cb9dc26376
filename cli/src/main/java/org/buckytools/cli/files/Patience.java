package org.buckytools.cli.files;

import java.time.Duration;

/**
 * How long to wait for others.
 *
 * @param fileLock for the {@code flock} on a file
 * @param openElsewhere until nobody else has a file open, or writes to it all the time
 * @param withoutLeases for those who have a file open, on file systems that cannot tell whether somebody has
 */
record Patience(Duration fileLock, Duration openElsewhere, Duration withoutLeases) {
    /** A writer holds a file for milliseconds, a program that copies it for seconds. */
    static final Patience USUAL = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(1));
}
