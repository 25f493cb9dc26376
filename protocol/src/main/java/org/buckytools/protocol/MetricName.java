package org.buckytools.protocol;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

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

    /** The file below the store's root, e.g. {@code a/b/c.wsp} for {@code a.b.c}. */
    public String relativePath() {
        return value.replace('.', '/') + ".wsp";
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
        if (value.isEmpty()) {
            return "it is empty";
        }
        if (value.length() > MAX_BYTES || utf8Length(value) > MAX_BYTES) {
            return "it is longer than " + MAX_BYTES + " bytes";
        }
        int start = 0;
        while (true) {
            int dot = value.indexOf('.', start);
            boolean leaf = dot < 0;
            String part = leaf ? value.substring(start) : value.substring(start, dot);
            if (part.isEmpty()) {
                return "a part between dots is empty";
            }
            int limit = leaf ? MAX_LEAF_BYTES : MAX_PART_BYTES;
            if (utf8Length(part) > limit) {
                return "a part is longer than " + limit + " bytes";
            }
            if (leaf) {
                break;
            }
            start = dot + 1;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '/' || c == '\0') {
                return "it holds a " + (c == '/' ? "slash" : "NUL");
            }
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!paired) {
                    return "it is not valid Unicode";
                }
                i++;
            }
        }
        return null;
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String abbreviate(String value) {
        String shown = value.length() <= 200 ? value : value.substring(0, 200) + "…";
        return "\"" + shown.replace("\0", "\\0") + "\"";
    }
}
