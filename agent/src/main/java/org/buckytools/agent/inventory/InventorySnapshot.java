package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import org.buckytools.protocol.names.NameList;
import org.buckytools.protocol.names.TaggedSeries;

/** The names at one moment, sorted by their UTF-8 bytes. Safe for use by many threads; keeps the list alive while in use. */
public final class InventorySnapshot {
    private static final byte[] TAGGED = "_tagged.".getBytes(US_ASCII);
    private static final int UNKNOWN = -1;

    private final NameList base;
    private final Changes changes;

    // Counted when asked for first. Two threads may both do it, and find the same.
    private volatile long size = UNKNOWN;
    private volatile long unplaceable = UNKNOWN;

    InventorySnapshot(NameList base, Changes changes) {
        this.base = base;
        this.changes = changes;
    }

    /** Names in it. The first call may have to read through the list. */
    public long size() {
        if (size == UNKNOWN) {
            size = changes.isEmpty() ? base.size() : count();
        }
        return size;
    }

    private long count() {
        MergedNames names = names();
        long count = 0;
        while (names.next()) {
            count++;
        }
        return count;
    }

    /** Hands out the names that pass the filter, in order. */
    public void forEach(NameFilter filter, NameSink sink) throws IOException {
        NameFilter.Selection selection = select(filter);
        while (selection.next()) {
            sink.name(selection.bytes(), selection.length());
        }
    }

    /** How many tagged series are stored under their hash alone. */
    long unplaceable() {
        if (unplaceable == UNKNOWN) {
            unplaceable = countUnplaceable();
        }
        return unplaceable;
    }

    private long countUnplaceable() {
        MergedNames names = names();
        long count = 0;
        boolean more = names.nextNotBefore(TAGGED, TAGGED.length);
        while (more && PrefixSet.begins(names.bytes(), names.length(), TAGGED)) {
            if (TaggedSeries.isTagged(names.bytes(), 0, names.length()) && !hasTag(names)) {
                count++;
            }
            more = names.next();
        }
        return count;
    }

    private static boolean hasTag(MergedNames names) {
        byte[] name = names.bytes();
        for (int i = names.length() - 1; i >= TAGGED.length; i--) {
            if (name[i] == ';') {
                return true;
            }
        }
        return false;
    }

    MergedNames names() {
        return changes.appliedTo(base);
    }

    /** The names that pass the filter, in order, for a caller who takes them at his own pace. */
    public NameFilter.Selection select(NameFilter filter) {
        return filter.select(names());
    }
}
