package org.buckytools.agent.inventory;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What has happened to single names since a list was made, as the daemon's own work reported it. Not safe for use by several
 * threads; the inventory guards it.
 */
final class Changes {
    /**
     * The last that happened to a name.
     *
     * @param present whether there is a file now
     * @param listed whether the list has the name: it has what was deleted first, and has not what was made first
     */
    private record Change(boolean present, boolean listed) {}

    private final TreeMap<byte[], Change> changes = new TreeMap<>(Arrays::compareUnsigned);

    /** By how much the number of names differs from the list's, provided that nobody else makes or deletes files. */
    private long balance;

    void put(byte[] name, boolean present) {
        Change before = changes.get(name);
        boolean listed = before == null ? !present : before.listed();
        changes.put(name, new Change(present, listed));
        boolean wasPresent = before == null ? listed : before.present();
        balance += (present ? 1 : 0) - (wasPresent ? 1 : 0);
    }

    void putAll(Changes later) {
        later.changes.forEach((name, change) -> put(name, change.present()));
    }

    int size() {
        return changes.size();
    }

    long balance() {
        return balance;
    }

    Frozen freeze() {
        byte[][] names = new byte[changes.size()][];
        boolean[] present = new boolean[names.length];
        int i = 0;
        for (Map.Entry<byte[], Change> entry : changes.entrySet()) {
            names[i] = entry.getKey();
            present[i] = entry.getValue().present();
            i++;
        }
        return new Frozen(names, present);
    }

    /** As it was at one moment, sorted. */
    static final class Frozen {
        static final Frozen NONE = new Frozen(new byte[0][], new boolean[0]);

        final byte[][] names;
        final boolean[] present;

        private Frozen(byte[][] names, boolean[] present) {
            this.names = names;
            this.present = present;
        }
    }
}
