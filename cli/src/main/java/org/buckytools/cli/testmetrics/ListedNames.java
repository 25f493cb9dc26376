package org.buckytools.cli.testmetrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;

/** A prefix and the lines of a text, without white space around them and without blank ones. They need not be UTF-8. */
final class ListedNames implements MetricNames {
    /**
     * White space of more than one byte: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. What
     * Go's {@code strings.TrimSpace} takes away.
     */
    private static final byte[] WIDE_SPACES =
            ("\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
                            + "\u2028\u2029\u202f\u205f\u3000")
                    .getBytes(UTF_8);

    private final byte[] prefix;
    private final byte[] text;

    /** {@code text} is kept, not copied. */
    ListedNames(String prefix, byte[] text) {
        this.prefix = prefix.getBytes(UTF_8);
        this.text = text;
    }

    @Override
    public void forEach(Action action) throws IOException, InterruptedException {
        byte[] name = Arrays.copyOf(prefix, prefix.length + 256);
        int start = 0;
        while (start < text.length) {
            int end = start;
            while (end < text.length && text[end] != '\n') {
                end++;
            }
            int from = start;
            int to = end;
            for (int space = spaceAt(from, to); space > 0; space = spaceAt(from, to)) {
                from += space;
            }
            for (int space = spaceBefore(from, to); space > 0; space = spaceBefore(from, to)) {
                to -= space;
            }
            if (to > from) {
                int length = prefix.length + to - from;
                if (length > name.length) {
                    name = Arrays.copyOf(name, length);
                }
                System.arraycopy(text, from, name, prefix.length, to - from);
                action.accept(name, 0, length);
            }
            start = end + 1;
        }
    }

    /** How many bytes the white space has that begins here; 0 if it is none. */
    private int spaceAt(int from, int to) {
        if (from >= to) {
            return 0;
        }
        int first = text[from];
        if (first >= 0) {
            return isAsciiSpace(first) ? 1 : 0;
        }
        int length = (first & 0xe0) == 0xc0 ? 2 : 3;
        return from + length <= to && isWideSpace(from, length) ? length : 0;
    }

    private int spaceBefore(int from, int to) {
        if (to <= from) {
            return 0;
        }
        if (text[to - 1] >= 0) {
            return isAsciiSpace(text[to - 1]) ? 1 : 0;
        }
        for (int length = 2; length <= 3; length++) {
            if (to - length >= from && isWideSpace(to - length, length)) {
                return length;
            }
        }
        return 0;
    }

    private static boolean isAsciiSpace(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private boolean isWideSpace(int from, int length) {
        for (int i = 0; i < WIDE_SPACES.length; ) {
            int size = (WIDE_SPACES[i] & 0xe0) == 0xc0 ? 2 : 3;
            if (size == length && Arrays.equals(WIDE_SPACES, i, i + size, text, from, from + length)) {
                return true;
            }
            i += size;
        }
        return false;
    }
}
