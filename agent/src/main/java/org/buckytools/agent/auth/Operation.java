package org.buckytools.agent.auth;

/** What a caller wants to do to a metric; the words are those of a token's {@code ops}. */
public enum Operation {
    /** Listing, stat, reading. */
    READ,
    /** Creating a metric, or filling one that is there. */
    UPDATE,
    /** Replacing what is there. */
    REPLACE,
    /** Deleting. */
    DELETE
}
