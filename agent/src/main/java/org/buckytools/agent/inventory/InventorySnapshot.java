package org.buckytools.agent.inventory;

import java.io.IOException;
import java.util.Arrays;
import org.buckytools.protocol.names.NameList;

/** The names at one moment, sorted by their UTF-8 bytes. Safe for use by many threads; keeps the list alive while in use. */
public final class InventorySnapshot {
    private final NameList list;
    private final Changes.Frozen changes;

    InventorySnapshot(NameList list, Changes.Frozen changes) {
        this.list = list;
        this.changes = changes;
    }

    /** Hands out the names that pass the filter, in order. */
    public void forEach(NameFilter filter, NameSink sink) throws IOException {
        NameFilter.Pass pass = filter.pass();
        NameList.Cursor cursor = list.cursor();
        boolean listed = cursor.next();
        int next = 0;
        int count = changes.names.length;
        while ((listed || next < count) && !pass.isOver()) {
            byte[] changed = next < count ? changes.names[next] : null;
            int order;
            if (!listed) {
                order = 1;
            } else if (changed == null) {
                order = -1;
            } else {
                order = Arrays.compareUnsigned(cursor.bytes(), 0, cursor.length(), changed, 0, changed.length);
            }
            if (order < 0) {
                hand(pass, cursor.bytes(), cursor.length(), sink);
                listed = cursor.next();
            } else {
                if (changes.present[next]) {
                    hand(pass, changed, changed.length, sink);
                }
                next++;
                listed = order == 0 ? cursor.next() : listed;
            }
        }
    }

    private static void hand(NameFilter.Pass pass, byte[] name, int length, NameSink sink) throws IOException {
        if (pass.accepts(name, length)) {
            sink.name(name, length);
        }
    }

    /** The names as a list of their own. */
    NameList toList() {
        NameList.Builder builder = NameList.builder();
        try {
            forEach(NameFilter.ALL, (name, length) -> builder.add(name, 0, length));
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail so", e);
        }
        return builder.build();
    }
}
