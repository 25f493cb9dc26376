package org.buckytools.hashring;

import static java.util.Objects.checkFromToIndex;

import java.nio.charset.StandardCharsets;

/**
 * Looks up names in a {@link HashRing}, one after the other, without allocating anything. Not safe for use by several threads
 * at once: each takes its own from {@link HashRing#lookup}.
 *
 * <p>Names are given as UTF-8 in {@code name[from, to)}, or as text, which is encoded into a buffer of this object. The results
 * are indexes into {@link HashRing#members} or {@link HashRing#stores}; arrays for them need room for {@link HashRing#replicas}.
 */
public abstract class RingLookup {
    private static final int FIRST_BUFFER = 256;

    private final MemberRing ring;
    private final int[] found;
    private final int[] foundStores;
    private byte[] encoded = new byte[FIRST_BUFFER];
    private int encodedLength;

    RingLookup(MemberRing ring) {
        this.ring = ring;
        this.found = new int[ring.replicas()];
        this.foundStores = new int[ring.replicas()];
    }

    /** Writes the first {@code count} owners to {@code owners} and returns how many there are. */
    abstract int find(byte[] key, int from, int to, int count, int[] owners);

    /** Writes the owners' indexes into {@code out}, in the relay's order, and returns how many they are. */
    public int owners(byte[] name, int from, int to, int[] out) {
        checkRoom(out);
        return find(name, from, endOfKey(name, from, to), ring.replicas(), out);
    }

    /** For {@link HashRing#owners(String, int)}, where any number may be asked for. */
    final int owners(CharSequence name, int count, int[] out) {
        encode(name);
        return find(encoded, 0, endOfKey(encoded, 0, encodedLength), count, out);
    }

    /** As {@link #owners(byte[], int, int, int[])}. */
    public int owners(CharSequence name, int[] out) {
        encode(name);
        return owners(encoded, 0, encodedLength, out);
    }

    /** Writes the indexes of the distinct stores into {@code out}, in the order of the owners, and returns how many they are. */
    public int stores(byte[] name, int from, int to, int[] out) {
        checkRoom(out);
        int owners = find(name, from, endOfKey(name, from, to), ring.replicas(), found);
        int count = 0;
        for (int i = 0; i < owners; i++) {
            int store = ring.storeOf(found[i]);
            if (!contains(out, count, store)) {
                out[count++] = store;
            }
        }
        return count;
    }

    /** As {@link #stores(byte[], int, int, int[])}. */
    public int stores(CharSequence name, int[] out) {
        encode(name);
        return stores(encoded, 0, encodedLength, out);
    }

    /** The store of the first owner. */
    public int firstStore(byte[] name, int from, int to) {
        find(name, from, endOfKey(name, from, to), 1, found);
        return ring.storeOf(found[0]);
    }

    /** As {@link #firstStore(byte[], int, int)}. */
    public int firstStore(CharSequence name) {
        encode(name);
        return firstStore(encoded, 0, encodedLength);
    }

    /** Whether the metric belongs on this store, be it as the first owner's or as a replica. */
    public boolean isStoredOn(byte[] name, int from, int to, int store) {
        return contains(foundStores, stores(name, from, to, foundStores), store);
    }

    /** As {@link #isStoredOn(byte[], int, int, int)}. */
    public boolean isStoredOn(CharSequence name, int store) {
        encode(name);
        return isStoredOn(encoded, 0, encodedLength, store);
    }

    private static boolean contains(int[] stores, int count, int store) {
        for (int i = 0; i < count; i++) {
            if (stores[i] == store) {
                return true;
            }
        }
        return false;
    }

    private void checkRoom(int[] out) {
        if (out.length < ring.replicas()) {
            throw new IllegalArgumentException(
                    "room for " + out.length + " results, but the ring has " + ring.replicas() + " replicas");
        }
    }

    private int endOfKey(byte[] name, int from, int to) {
        checkFromToIndex(from, to, name.length);
        if (!ring.type().hashesTags()) {
            for (int i = from; i < to; i++) {
                if (name[i] == ';') {
                    return i;
                }
            }
        }
        return to;
    }

    private void encode(CharSequence name) {
        int length = name.length();
        if (length > encoded.length) {
            encoded = new byte[length];
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c >= 0x80) {
                // Rare in metric names, so this one may allocate.
                encoded = name.toString().getBytes(StandardCharsets.UTF_8);
                encodedLength = encoded.length;
                return;
            }
            encoded[i] = (byte) c;
        }
        encodedLength = length;
    }
}
