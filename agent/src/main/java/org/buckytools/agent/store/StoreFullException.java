package org.buckytools.agent.store;

import java.io.IOException;

/** There is no space left, or no inode or quota. Nothing was changed. */
public final class StoreFullException extends IOException {
    StoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
