package org.buckytools.whisper.posix;

import java.io.IOException;

/** A system call that failed: which, on what file, and with what error number. */
public final class PosixException extends IOException {
    private final String call;
    private final String path;
    private final int errno;

    PosixException(String call, String path, int errno) {
        super(path + ": " + Errno.describe(errno) + " in " + call);
        this.call = call;
        this.path = path;
        this.errno = errno;
    }

    /** The system call, {@code open}. */
    public String call() {
        return call;
    }

    public String path() {
        return path;
    }

    /** The error number, to be compared with the constants of {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** The error's symbol, {@code ENOSPC}. */
    public String errnoName() {
        return Errno.nameOf(errno);
    }
}
