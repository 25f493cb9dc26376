package org.buckytools.agent.http;

import java.io.IOException;
import java.io.Serial;

/** The list of metrics is still being built, or rescanned as the caller wished; asking again later will do. */
final class InventoryNotReadyException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    InventoryNotReadyException() {
        super("the list of metrics is still being built");
    }
}
