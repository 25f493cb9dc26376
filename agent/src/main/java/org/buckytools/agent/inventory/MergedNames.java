package org.buckytools.agent.inventory;

import java.util.Arrays;
import org.buckytools.protocol.names.NameList;

/** A list, with the names of a second one and without those of a third, as one sorted sequence. For one thread. */
final class MergedNames {
    private final NameList.Cursor base;
    private final NameList.Cursor added;
    private final NameList.Cursor removed;

    // Whether the cursor stands on a name; those before the first call are behind none.
    private boolean baseHas = true;
    private boolean addedHas = true;
    private boolean removedHas;

    // Which of the cursors stand on the current name, and have to move before the next.
    private boolean fromBase = true;
    private boolean fromAdded = true;

    /**
     * @param added wins over {@code base}
     * @param removed has no name of {@code added}
     */
    MergedNames(NameList base, NameList added, NameList removed) {
        this.base = base.cursor();
        this.added = added.cursor();
        this.removed = removed.cursor();
        removedHas = this.removed.next();
    }

    /** Goes on to the next name; false at the end. */
    boolean next() {
        while (true) {
            if (fromBase) {
                baseHas = baseHas && base.next();
            }
            if (fromAdded) {
                addedHas = addedHas && added.next();
            }
            if (settle()) {
                return true;
            }
            if (!baseHas) {
                return false;
            }
        }
    }

    /** Goes on to the next name that is not before {@code wanted[0, length)}; false if there is none. */
    boolean nextNotBefore(byte[] wanted, int length) {
        if (baseHas && (fromBase || compare(base, wanted, length) < 0)) {
            baseHas = base.nextNotBefore(wanted, length);
        }
        if (addedHas && (fromAdded || compare(added, wanted, length) < 0)) {
            addedHas = added.nextNotBefore(wanted, length);
        }
        return settle() || (baseHas && next());
    }

    /** Chooses the current name; false if there is none, or if the base's next one has been removed. */
    private boolean settle() {
        int order = baseHas && addedHas ? compare(base, added.bytes(), added.length()) : baseHas ? -1 : 1;
        fromBase = baseHas && order <= 0;
        fromAdded = addedHas && order >= 0;
        return fromAdded || (fromBase && !isRemoved());
    }

    private boolean isRemoved() {
        while (removedHas) {
            int order = compare(removed, base.bytes(), base.length());
            if (order >= 0) {
                return order == 0;
            }
            removedHas = removed.nextNotBefore(base.bytes(), base.length());
        }
        return false;
    }

    private static int compare(NameList.Cursor cursor, byte[] name, int length) {
        return Arrays.compareUnsigned(cursor.bytes(), 0, cursor.length(), name, 0, length);
    }

    /** The array whose first {@link #length} bytes are the current name; perhaps another one after each {@link #next}. */
    byte[] bytes() {
        return fromBase ? base.bytes() : added.bytes();
    }

    int length() {
        return fromBase ? base.length() : added.length();
    }

    /** All that is left, as a list. */
    NameList toList() {
        NameList.Builder list = NameList.builder();
        while (next()) {
            list.add(bytes(), 0, length());
        }
        return list.build();
    }
}
