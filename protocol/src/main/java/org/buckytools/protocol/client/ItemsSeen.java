package org.buckytools.protocol.client;

import java.util.BitSet;
import org.buckytools.protocol.json.MalformedMessageException;

/** Makes sure that an answer tells of each item of a request exactly once. */
final class ItemsSeen {
    private final int items;
    private final BitSet seen;

    ItemsSeen(int items) {
        this.items = items;
        this.seen = new BitSet(items);
    }

    /** The answer tells of {@code count} items from this place on. */
    void see(int index, int count) throws MalformedMessageException {
        if (index > items - count) {
            throw new MalformedMessageException("the stream has item " + (index + count - 1) + " of " + items);
        }
        int twice = seen.nextSetBit(index);
        if (twice >= 0 && twice < index + count) {
            throw new MalformedMessageException("the stream has item " + twice + " of " + items + " twice");
        }
        seen.set(index, index + count);
    }

    /** The answer is at its end. */
    void end() throws MalformedMessageException {
        if (seen.cardinality() != items) {
            throw new MalformedMessageException(
                    "the stream ends with " + seen.cardinality() + " of " + items + " items");
        }
    }
}
