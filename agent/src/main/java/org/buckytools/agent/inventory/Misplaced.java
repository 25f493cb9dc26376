package org.buckytools.agent.inventory;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.buckytools.hashring.HashRing;
import org.buckytools.hashring.RingLookup;
import org.buckytools.protocol.names.TaggedSeries;

/** Finds the metrics that a ring puts on other hosts. */
public final class Misplaced {
    private final RingLookup lookup;
    private final List<String> stores;
    private final int here;
    private final Sink sink;

    private final TaggedSeries.Decoder tagged = new TaggedSeries.Decoder();
    private final int[] owners;
    private final Map<List<Integer>, List<String>> known = new HashMap<>();
    private long placed;
    private long misplaced;
    private long unplaceable;

    private Misplaced(HashRing ring, String host, Sink sink) {
        this.lookup = ring.lookup();
        this.stores = ring.stores();
        this.here = stores.indexOf(host);
        this.owners = new int[ring.replicas()];
        this.sink = sink;
    }

    /** Takes what is found. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes the next metric.
         *
         * @param name a buffer that begins with the name's UTF-8 bytes; valid only during the call
         * @param length of the name in bytes
         * @param owners the hosts that should have it, in ring order; the same list object for the same owners
         */
        void misplaced(byte[] name, int length, List<String> owners) throws IOException;
    }

    /**
     * How many names there were.
     *
     * @param placed that belong here
     * @param misplaced that do not, and were handed out
     * @param unplaceable tagged series that are stored under their hash, so that nobody can tell where they belong
     */
    public record Counts(long placed, long misplaced, long unplaceable) {}

    /**
     * Hands out the metrics that do not belong here, in the order of the list.
     *
     * @param ring to judge by
     * @param host this daemon's in that ring; nothing belongs to one that is not in it
     * @param filter which names to look at at all
     */
    public static Counts find(InventorySnapshot snapshot, HashRing ring, String host, NameFilter filter, Sink sink)
            throws IOException {
        Misplaced search = new Misplaced(ring, host, sink);
        snapshot.forEach(filter, search::judge);
        return new Counts(search.placed, search.misplaced, search.unplaceable);
    }

    private void judge(byte[] name, int length) throws IOException {
        int count;
        if (TaggedSeries.isTagged(name, 0, length)) {
            if (!tagged.decode(name, 0, length)) {
                unplaceable++;
                return;
            }
            count = lookup.stores(tagged.bytes(), 0, tagged.length(), owners);
        } else {
            count = lookup.stores(name, 0, length, owners);
        }
        for (int i = 0; i < count; i++) {
            if (owners[i] == here) {
                placed++;
                return;
            }
        }
        misplaced++;
        sink.misplaced(name, length, namesOf(count));
    }

    private List<String> namesOf(int count) {
        List<Integer> indexes = Arrays.stream(owners, 0, count).boxed().toList();
        return known.computeIfAbsent(
                indexes, list -> list.stream().map(stores::get).toList());
    }
}
