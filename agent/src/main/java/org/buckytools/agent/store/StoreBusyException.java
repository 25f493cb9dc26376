package org.buckytools.agent.store;

import java.io.IOException;

/** Something that others hold (a file's lock, memory) did not become free in time. Nothing was changed; try again later. */
public final class StoreBusyException extends IOException {
    StoreBusyException(String message) {
        super(message);
    }
}
