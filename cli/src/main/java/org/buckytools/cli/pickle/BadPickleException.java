package org.buckytools.cli.pickle;

import java.io.Serial;

/** A pickle that is malformed, or wants what only Python could do. */
final class BadPickleException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** {@code offset} is where in the pickle, in bytes. */
    BadPickleException(String what, int offset) {
        super(what + ", at byte " + offset);
    }
}
