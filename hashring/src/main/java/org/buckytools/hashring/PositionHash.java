package org.buckytools.hashring;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Turns a name into a position on a ring. An instance may have state and belongs to one thread. */
abstract sealed class PositionHash {
    abstract int position(byte[] key, int from, int to);

    /** The first two bytes of the MD5, big-endian: 0 to 65535. */
    static final class Md5 extends PositionHash {
        private static final int LENGTH = 16;
        private final MessageDigest md5;
        private final byte[] hash = new byte[LENGTH];

        Md5() {
            try {
                md5 = MessageDigest.getInstance("MD5");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has MD5", e);
            }
        }

        @Override
        int position(byte[] key, int from, int to) {
            md5.update(key, from, to - from);
            try {
                md5.digest(hash, 0, LENGTH);
            } catch (DigestException e) {
                throw new IllegalStateException("MD5 does not fit into 16 bytes", e);
            }
            return ((hash[0] & 0xff) << 8) | (hash[1] & 0xff);
        }
    }

    /** 32-bit FNV-1a folded to 0 to 65535. */
    static final class Fnv1aFolded extends PositionHash {
        @Override
        int position(byte[] key, int from, int to) {
            return fold(Fnv1a.hash32(key, from, to));
        }

        private static int fold(int hash) {
            return (hash >>> 16) ^ (hash & 0xffff);
        }
    }

    /** The same with the bytes that carbon-c-relay takes for signed. */
    static final class SignedFnv1aFolded extends PositionHash {
        @Override
        int position(byte[] key, int from, int to) {
            return Fnv1aFolded.fold(Fnv1a.signedHash32(key, from, to));
        }
    }

    /** MurmurHash3 as a signed number, as Python has it. */
    static final class SignedMurmur3 extends PositionHash {
        @Override
        int position(byte[] key, int from, int to) {
            return Murmur3.hash32(key, from, to);
        }
    }
}
