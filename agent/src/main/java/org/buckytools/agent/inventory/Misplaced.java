package org.buckytools.agent.inventory;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.RingLookup;
import org.buckytools.protocol.names.TaggedSeries;

/** Finds the metrics that a ring puts on other hosts. For one search, by one thread. */
public final class Misplaced {
    /** Takes what is found. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one.
         *
         * @param name a buffer that begins with the name's UTF-8 bytes; valid only during the call
         * @param length of the name in bytes
         * @param owners the hosts that should have it, in ring order; the same list object for the same owners, as long as
         *     there are not tens of thousands of them
         */
        void misplaced(byte[] name, int length, List<String> owners) throws IOException;
    }

    /**
     * How many of the names that pass a filter are what.
     *
     * @param placed that belong here
     * @param misplaced that do not, and were handed out
     * @param unplaceable tagged series that cannot be read back from their names, so that no ring can place them
     */
    public record Counts(long placed, long misplaced, long unplaceable) {}

    private final int host;
    private final RingLookup lookup;
    private final OwnerLists ownerLists;
    private final int[] stores;
    private final TaggedSeries.Decoder series = new TaggedSeries.Decoder();

    private Misplaced(HashRing ring, String host) {
        this.host = ring.stores().indexOf(host);
        this.lookup = ring.lookup();
        this.ownerLists = new OwnerLists(ring.stores());
        this.stores = new int[ring.replicas()];
    }

    /**
     * Hands out, in order, the names that pass the filter and that {@code host} is no owner of.
     *
     * @param host as the ring spells it; one that the ring does not have owns nothing
     */
    public static Counts find(InventorySnapshot snapshot, HashRing ring, String host, NameFilter filter, Sink sink)
            throws IOException {
        return new Misplaced(ring, host).find(snapshot.select(filter), sink);
    }

    private Counts find(NameFilter.Selection names, Sink sink) throws IOException {
        long placed = 0;
        long misplaced = 0;
        long unplaceable = 0;
        while (names.next()) {
            byte[] key = names.bytes();
            int length = names.length();
            if (TaggedSeries.isTagged(key, 0, length)) {
                if (!series.decode(key, 0, length)) {
                    unplaceable++;
                    continue;
                }
                key = series.bytes();
                length = series.length();
            }
            int count = lookup.stores(key, 0, length, stores);
            if (isHere(count)) {
                placed++;
            } else {
                misplaced++;
                sink.misplaced(names.bytes(), names.length(), ownerLists.of(stores, count));
            }
        }
        return new Counts(placed, misplaced, unplaceable);
    }

    private boolean isHere(int count) {
        for (int i = 0; i < count; i++) {
            if (stores[i] == host) {
                return true;
            }
        }
        return false;
    }

    /** Lists of hosts, each made once. */
    private static final class OwnerLists {
        // With many replicas on many hosts there may be as many combinations as names.
        private static final int MOST = 65_536;

        private final List<String> hosts;
        private final List<List<String>> singles;
        private final Map<Combination, List<String>> several = new HashMap<>();
        private final Combination wanted = new Combination(new int[0], 0);

        OwnerLists(List<String> hosts) {
            this.hosts = hosts;
            this.singles = hosts.stream().map(List::of).toList();
        }

        List<String> of(int[] indexes, int count) {
            if (count == 1) {
                return singles.get(indexes[0]);
            }
            wanted.indexes = indexes;
            wanted.count = count;
            List<String> known = several.get(wanted);
            if (known != null) {
                return known;
            }
            List<String> list =
                    Arrays.stream(indexes, 0, count).mapToObj(hosts::get).toList();
            if (several.size() < MOST) {
                several.put(new Combination(Arrays.copyOf(indexes, count), count), list);
            }
            return list;
        }
    }

    /** A key that can be filled anew for each look-up. */
    private static final class Combination {
        private int[] indexes;
        private int count;

        Combination(int[] indexes, int count) {
            this.indexes = indexes;
            this.count = count;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Combination combination
                    && Arrays.equals(indexes, 0, count, combination.indexes, 0, combination.count);
        }

        @Override
        public int hashCode() {
            int hash = count;
            for (int i = 0; i < count; i++) {
                hash = 31 * hash + indexes[i];
            }
            return hash;
        }
    }
}
