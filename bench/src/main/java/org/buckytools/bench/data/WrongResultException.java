package org.buckytools.bench.data;

import java.io.IOException;

/** A program did not do what it was measured at, so that its time says nothing. */
public final class WrongResultException extends IOException {
    private static final long serialVersionUID = 1;

    public WrongResultException(String message) {
        super(message);
    }
}
