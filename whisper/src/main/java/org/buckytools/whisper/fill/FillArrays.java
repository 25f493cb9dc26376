package org.buckytools.whisper.fill;

import java.util.ArrayList;
import java.util.List;

/**
 * The arrays that a fill computes in, to be used by one fill after the other: a heap that gets new ones of a megabyte for each
 * fill grows to several times the size. For one fill at a time; its plan is good until the next one begins.
 */
public final class FillArrays {
    private final List<byte[]> bytes = new ArrayList<>();
    private final List<int[]> ints = new ArrayList<>();
    private final List<long[]> longs = new ArrayList<>();
    private int usedBytes;
    private int usedInts;
    private int usedLongs;

    /** Takes all arrays back, to be handed out again. */
    void begin() {
        usedBytes = 0;
        usedInts = 0;
        usedLongs = 0;
    }

    /** An array of at least this length, with anything in it. */
    byte[] bytes(int length) {
        if (usedBytes == bytes.size()) {
            bytes.add(new byte[withRoom(length)]);
        } else if (bytes.get(usedBytes).length < length) {
            bytes.set(usedBytes, new byte[withRoom(length)]);
        }
        return bytes.get(usedBytes++);
    }

    /** An array of at least this length, with anything in it. */
    int[] ints(int length) {
        if (usedInts == ints.size()) {
            ints.add(new int[withRoom(length)]);
        } else if (ints.get(usedInts).length < length) {
            ints.set(usedInts, new int[withRoom(length)]);
        }
        return ints.get(usedInts++);
    }

    /** An array of at least this length, with anything in it. */
    long[] longs(int length) {
        if (usedLongs == longs.size()) {
            longs.add(new long[withRoom(length)]);
        } else if (longs.get(usedLongs).length < length) {
            longs.set(usedLongs, new long[withRoom(length)]);
        }
        return longs.get(usedLongs++);
    }

    /** Somewhat more than is needed, so that the next file, with some more changes, does not need a new one. */
    private static int withRoom(int length) {
        return (int) Math.min(Integer.MAX_VALUE - 8, length + length / 8L);
    }

    /** What the arrays take, in bytes: about a megabyte after a fill of a file of ordinary size. */
    public long heldBytes() {
        long held = 0;
        for (byte[] each : bytes) {
            held += each.length;
        }
        for (int[] each : ints) {
            held += (long) each.length * Integer.BYTES;
        }
        for (long[] each : longs) {
            held += (long) each.length * Long.BYTES;
        }
        return held;
    }
}
