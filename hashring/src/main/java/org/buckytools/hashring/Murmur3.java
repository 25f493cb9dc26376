package org.buckytools.hashring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** MurmurHash3 for x86 with 32 bits and seed 0, which is what Python's {@code mmh3.hash} gives. */
final class Murmur3 {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int C1 = 0xcc9e2d51;
    private static final int C2 = 0x1b873593;

    private Murmur3() {}

    static int hash32(byte[] bytes, int from, int to) {
        int hash = 0;
        int i = from;
        for (; i + 4 <= to; i += 4) {
            hash ^= scramble((int) INT.get(bytes, i));
            hash = Integer.rotateLeft(hash, 13) * 5 + 0xe6546b64;
        }
        int tail = 0;
        for (int j = to - 1; j >= i; j--) {
            tail = (tail << 8) | (bytes[j] & 0xff);
        }
        hash ^= scramble(tail);
        hash ^= to - from;
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    private static int scramble(int block) {
        return Integer.rotateLeft(block * C1, 15) * C2;
    }
}
