package org.buckytools.protocol.client;

import java.time.Duration;

/**
 * How often a request is tried again, and how long a daemon may take to build its inventory.
 *
 * @param attempts tries of a request whose failure is a passing fault, at least 1
 * @param firstPause before the second try; each further pause is twice the one before, and each is shortened by up to a half at random
 * @param longestPause the pauses grow no further than this
 * @param inventoryTimeout how long answers of 202 are waited out before the daemon counts as down
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause, Duration inventoryTimeout) {
    /** What bucky uses unless told otherwise. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(5, Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofSeconds(900));

    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("at least one attempt is needed, not " + attempts);
        }
    }
}
