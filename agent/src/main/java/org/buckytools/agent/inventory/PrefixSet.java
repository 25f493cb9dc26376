package org.buckytools.agent.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Tells whether a name begins with one of some prefixes. */
final class PrefixSet {
    static final PrefixSet NONE = new PrefixSet(List.of());

    // Sorted, and none begins with another: so only the last one that is not after a name can be its beginning.
    private final List<byte[]> prefixes;

    private PrefixSet(List<byte[]> prefixes) {
        this.prefixes = prefixes;
    }

    /** These and more. */
    PrefixSet with(Collection<String> more) {
        List<byte[]> sorted = new ArrayList<>(prefixes);
        more.forEach(prefix -> sorted.add(prefix.getBytes(UTF_8)));
        sorted.sort(Arrays::compareUnsigned);
        List<byte[]> needed = new ArrayList<>();
        for (byte[] prefix : sorted) {
            if (needed.isEmpty() || !begins(prefix, prefix.length, needed.getLast())) {
                needed.add(prefix);
            }
        }
        return new PrefixSet(List.copyOf(needed));
    }

    boolean hasBeginningOf(byte[] name, int length) {
        int low = -1;
        int high = prefixes.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            byte[] prefix = prefixes.get(middle);
            if (Arrays.compareUnsigned(prefix, 0, prefix.length, name, 0, length) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low >= 0 && begins(name, length, prefixes.get(low));
    }

    /** Whether {@code name[0, length)} begins with {@code prefix}. */
    static boolean begins(byte[] name, int length, byte[] prefix) {
        return length >= prefix.length && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
    }
}
