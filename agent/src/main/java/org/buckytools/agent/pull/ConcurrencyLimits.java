package org.buckytools.agent.pull;

/**
 * How much goes on at once in one daemon, whatever its clients ask for. Beyond it requests wait their turn, first come
 * first served; nothing is refused.
 */
final class ConcurrencyLimits {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** Fetches of pulls at once: enough to keep the processors and a disk busy while some wait for their source. */
    static final int PULLS = 2 * PROCESSORS + 4;

    /** Files being sent at once; each holds its content in memory, most of them a megabyte or two. */
    static final int FETCHES = 2 * PROCESSORS + 12;

    private ConcurrencyLimits() {}
}
