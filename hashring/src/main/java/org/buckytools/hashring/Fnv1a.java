package org.buckytools.hashring;

/**
 * The FNV-1a hash in the two widths that relays use.
 *
 * <p>carbon-c-relay takes each byte for a C {@code char}, which is signed on x86: a byte above 127 then changes all bits of the
 * hash, not the lowest eight. Such bytes occur only where the relay was told to allow them ({@code -c}).
 */
final class Fnv1a {
    private static final int OFFSET_32 = 0x811c9dc5;
    private static final int PRIME_32 = 0x01000193;
    private static final long OFFSET_64 = 0xcbf29ce484222325L;
    private static final long PRIME_64 = 0x100000001b3L;

    private Fnv1a() {}

    static int hash32(byte[] bytes, int from, int to) {
        int hash = OFFSET_32;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * PRIME_32;
        }
        return hash;
    }

    /** As carbon-c-relay on x86. */
    static int signedHash32(byte[] bytes, int from, int to) {
        int hash = OFFSET_32;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * PRIME_32;
        }
        return hash;
    }

    static long hash64(byte[] bytes, int from, int to) {
        long hash = OFFSET_64;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * PRIME_64;
        }
        return hash;
    }

    /** As carbon-c-relay on x86. */
    static long signedHash64(byte[] bytes, int from, int to) {
        long hash = OFFSET_64;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * PRIME_64;
        }
        return hash;
    }
}
