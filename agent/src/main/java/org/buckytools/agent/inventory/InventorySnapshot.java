package org.buckytools.agent.inventory;

import java.io.IOException;

/** The names at one moment, sorted by their UTF-8 bytes. Safe for use by many threads; keeps the list alive while in use. */
public final class InventorySnapshot {
    InventorySnapshot() {}

    /** Names in it. */
    public long size() {
        throw new UnsupportedOperationException();
    }

    /** Hands out the names that pass the filter, in order. */
    public void forEach(NameFilter filter, NameSink sink) throws IOException {
        throw new UnsupportedOperationException();
    }
}
