package org.buckytools.protocol.names;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.buckytools.protocol.MetricName;

/**
 * Tagged series as carbon and go-carbon store them. A series in normal form ({@code name;tag=value;…}, the tags sorted) lies
 * below {@code _tagged/HHH/HHH/}, the two parts being hexadecimal digits 1 to 3 and 4 to 6 of the SHA-256 of the normal form,
 * under one of two names: the whole hash, which cannot be read back, or the series with every {@code .} written
 * {@code _DOT_}. A {@code /} in a tag's value is a directory in the second kind, and so a dot in the metric's name.
 *
 * <p>Relays place a series by what it was called on its way there, not by its path; {@link #ringKey} is what they hashed.
 */
public final class TaggedSeries {
    private static final byte[] PREFIX = ascii("_tagged.");
    private static final byte[] DOT = ascii("_DOT_");
    private static final HexFormat HEX = HexFormat.of();

    /** {@code _tagged.HHH.HHH.} */
    private static final int FULL_PREFIX = 8 + 4 + 4;

    private TaggedSeries() {}

    /** Whether the name {@code utf8[from, to)} is that of a file below {@code _tagged}. Allocates nothing. */
    public static boolean isTagged(byte[] utf8, int from, int to) {
        return to - from > PREFIX.length && Arrays.equals(utf8, from, from + PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** As {@link #isTagged(byte[], int, int)}. */
    public static boolean isTagged(MetricName metric) {
        return metric.value().startsWith("_tagged.");
    }

    /**
     * What the rings hash for this metric: its name, or the series if it is a tagged one (whose tags the rings themselves cut off
     * where their relay does).
     *
     * @return empty for a series that is stored under its hash, which nobody can place without asking its writer
     */
    public static Optional<String> ringKey(MetricName metric) {
        if (!isTagged(metric)) {
            return Optional.of(metric.value());
        }
        return seriesOf(metric);
    }

    /** The series that is stored under this name, if it is a tagged one and can be read back. */
    public static Optional<String> seriesOf(MetricName metric) {
        byte[] name = metric.value().getBytes(StandardCharsets.UTF_8);
        Decoder decoder = new Decoder();
        return decoder.decode(name, 0, name.length)
                ? Optional.of(new String(decoder.bytes(), 0, decoder.length(), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /**
     * The name under which a series can be read back.
     *
     * @param series in normal form
     * @throws IllegalArgumentException if it cannot be stored so: it is too long for a file name, or has an empty path part
     */
    public static MetricName storedName(String series) {
        return new MetricName(
                directory(hashOf(series)) + series.replace(".", "_DOT_").replace('/', '.'));
    }

    /**
     * The name that is the series's hash.
     *
     * @param series in normal form
     */
    public static MetricName hashedName(String series) {
        String hash = hashOf(series);
        return new MetricName(directory(hash) + hash);
    }

    private static String directory(String hash) {
        return "_tagged." + hash.substring(0, 3) + "." + hash.substring(3, 6) + ".";
    }

    private static String hashOf(String series) {
        return HEX.formatHex(sha256().digest(series.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads many names back to their series, keeping its buffers. For one thread. */
    public static final class Decoder {
        private static final int HASH_BYTES = 32;

        private final MessageDigest sha256 = sha256();
        private final byte[] digest = new byte[HASH_BYTES];
        private byte[] series = new byte[256];
        private int length;

        /**
         * Decodes the name {@code utf8[from, to)}.
         *
         * @return whether it is that of a tagged series and reads back to one; {@link #bytes} and {@link #length} then have it
         */
        public boolean decode(byte[] utf8, int from, int to) {
            length = 0;
            int leaf = from + FULL_PREFIX;
            if (to <= leaf || !isTagged(utf8, from, to) || utf8[leaf - 5] != '.' || utf8[leaf - 1] != '.') {
                return false;
            }
            if (series.length < to - leaf) {
                series = new byte[to - leaf];
            }
            boolean hasTag = false;
            for (int i = leaf; i < to; ) {
                byte b = utf8[i];
                if (b == DOT[0] && i + DOT.length <= to && Arrays.equals(utf8, i, i + DOT.length, DOT, 0, DOT.length)) {
                    series[length++] = '.';
                    i += DOT.length;
                } else {
                    hasTag |= b == ';';
                    series[length++] = b == '.' ? (byte) '/' : b;
                    i++;
                }
            }
            // A name without a tag is a bare hash; and what does not hash to its own place was not written so by
            // anyone.
            return hasTag && isPlacedByItsHash(utf8, leaf);
        }

        private boolean isPlacedByItsHash(byte[] utf8, int leaf) {
            sha256.update(series, 0, length);
            try {
                sha256.digest(digest, 0, HASH_BYTES);
            } catch (java.security.DigestException e) {
                throw new IllegalStateException("the buffer holds a SHA-256", e);
            }
            return utf8[leaf - 8] == digit(0)
                    && utf8[leaf - 7] == digit(1)
                    && utf8[leaf - 6] == digit(2)
                    && utf8[leaf - 4] == digit(3)
                    && utf8[leaf - 3] == digit(4)
                    && utf8[leaf - 2] == digit(5);
        }

        private byte digit(int index) {
            int shift = index % 2 == 0 ? 4 : 0;
            return (byte) Character.forDigit(digest[index / 2] >> shift & 15, 16);
        }

        /** The array whose first {@link #length} bytes are the series; its content changes with the next {@link #decode}. */
        public byte[] bytes() {
            return series;
        }

        /** How many bytes of {@link #bytes} are the series. */
        public int length() {
            return length;
        }
    }
}
