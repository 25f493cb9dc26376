package org.buckytools.protocol;

import static java.util.Objects.requireNonNull;

/**
 * The name of a metric as it is on the wire: its file's path below the store's root without {@code .wsp}, every
 * {@code /} read as a dot. A value of this type can always be turned into a path that stays below the root: no part is
 * empty (so none is {@code .} or {@code ..} or starts with a dot), none holds a slash or a NUL.
 *
 * @param value the dotted name; each part at most {@value #MAX_PART_BYTES} bytes of UTF-8, the last one at most
 *     {@value #MAX_LEAF_BYTES} so that {@code .wsp} still fits into a file name
 */
public record MetricName(String value) implements Comparable<MetricName> {
    /** The longest directory name of Linux file systems. */
    public static final int MAX_PART_BYTES = 255;

    /** The longest file name without {@code .wsp}. */
    public static final int MAX_LEAF_BYTES = MAX_PART_BYTES - 4;

    /** Longest name accepted, in UTF-8 bytes; PATH_MAX less room for the store's root. */
    public static final int MAX_BYTES = 3072;

    public MetricName {
        requireNonNull(value, "metric name is null");
        String problem = problemOf(value);
        if (problem != null) {
            throw new IllegalArgumentException("not a metric name: " + abbreviate(value) + ": " + problem);
        }
    }

    /** Whether {@code value} is acceptable to the constructor. */
    public static boolean isValid(String value) {
        return problemOf(value) == null;
    }

    /** Whether {@code utf8[from, to)}, which must be valid UTF-8, is the name of a metric, as {@link #isValid(String)} tells. */
    public static boolean isValid(byte[] utf8, int from, int to) {
        int start = from;
        for (int i = from; i < to; i++) {
            byte b = utf8[i];
            if (b == '.') {
                if (i == start || i - start > MAX_PART_BYTES) {
                    return false;
                }
                start = i + 1;
            } else if (b == '/' || b == 0) {
                return false;
            }
        }
        return to > start && to - start <= MAX_LEAF_BYTES && to - from <= MAX_BYTES;
    }

    /** The file below the store's root, e.g. {@code a/b/c.wsp} for {@code a.b.c}. */
    public String relativePath() {
        return value.replace('.', '/') + ".wsp";
    }

    // What a record makes for itself is many times slower with the first compiler alone, and names are keys everywhere.
    @Override
    public boolean equals(Object other) {
        return other instanceof MetricName name && value.equals(name.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public int compareTo(MetricName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String problemOf(String value) {
        // Names come by the million, nearly all of them ASCII: one pass, which makes nothing but a verdict.
        int length = value.length();
        if (length == 0) {
            return "it is empty";
        }
        if (length > MAX_BYTES) {
            return tooLong();
        }
        String problem = null;
        int bytes = 0;
        int partBytes = 0;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c == '.') {
                problem = problem == null ? problemOfPart(partBytes, MAX_PART_BYTES) : problem;
                partBytes = -1;
            } else if (c == '/' || c == '\0') {
                problem = problem == null ? "it holds a " + (c == '/' ? "slash" : "NUL") : problem;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < length
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
                bytes += 3;
                partBytes += 3;
            } else if (Character.isSurrogate(c)) {
                problem = problem == null ? "it is not valid Unicode" : problem;
            } else if (c >= 0x80) {
                int more = c < 0x800 ? 1 : 2;
                bytes += more;
                partBytes += more;
            }
            bytes++;
            partBytes++;
        }
        if (bytes > MAX_BYTES) {
            return tooLong();
        }
        return problem == null ? problemOfPart(partBytes, MAX_LEAF_BYTES) : problem;
    }

    private static String tooLong() {
        return "it is longer than " + MAX_BYTES + " bytes";
    }

    private static String problemOfPart(int bytes, int limit) {
        if (bytes == 0) {
            return "a part between dots is empty";
        }
        return bytes > limit ? "a part is longer than " + limit + " bytes" : null;
    }

    private static String abbreviate(String value) {
        String shown = value.length() <= 200 ? value : value.substring(0, 200) + "…";
        return "\"" + shown.replace("\0", "\\0") + "\"";
    }
}
