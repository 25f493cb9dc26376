package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.buckytools.protocol.names.NameList;

/**
 * Collects changes as they happen. The latest wait in a map, so that each costs next to nothing; when there are many, they are
 * merged into a sorted list, where a name takes a few bytes. Guarded by the inventory's lock.
 */
final class ChangeLog {
    // A merge reads all earlier changes, so they should not be too frequent; an entry of the map takes some 200 bytes.
    private static final int RECENT = 8192;

    private Changes earlier = Changes.NONE;
    private final Map<String, Boolean> recent = new HashMap<>();

    /** What a log held at one moment. */
    static final class Frozen {
        private final Changes earlier;
        private final String[] names;
        private final boolean[] exist;

        private Frozen(Changes earlier, String[] names, boolean[] exist) {
            this.earlier = earlier;
            this.names = names;
            this.exist = exist;
        }

        /** The changes. Sorts and merges, so this is best done without holding a lock. */
        Changes changes() {
            return earlier.then(new Changes(sorted(true), sorted(false)));
        }

        private NameList sorted(boolean existing) {
            byte[][] sorted = new byte[names.length][];
            int count = 0;
            for (int i = 0; i < names.length; i++) {
                if (exist[i] == existing) {
                    sorted[count++] = names[i].getBytes(UTF_8);
                }
            }
            Arrays.sort(sorted, 0, count, Arrays::compareUnsigned);
            NameList.Builder list = NameList.builder();
            for (int i = 0; i < count; i++) {
                list.add(sorted[i], 0, sorted[i].length);
            }
            return list.build();
        }
    }

    /** Notes that there is, or is no, such metric from now on. */
    void note(String name, boolean exists) {
        recent.put(name, exists);
        if (recent.size() >= RECENT) {
            earlier = freeze().changes();
            recent.clear();
        }
    }

    Frozen freeze() {
        String[] names = new String[recent.size()];
        boolean[] exist = new boolean[names.length];
        int i = 0;
        for (Map.Entry<String, Boolean> change : recent.entrySet()) {
            names[i] = change.getKey();
            exist[i++] = change.getValue();
        }
        return new Frozen(earlier, names, exist);
    }

    boolean isEmpty() {
        return recent.isEmpty() && earlier.isEmpty();
    }

    /** About how many there are; names that changed again are counted twice. */
    int size() {
        return recent.size() + earlier.size();
    }
}
