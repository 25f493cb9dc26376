package org.buckytools.agent.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file that was asked for with {@code Range}.
 *
 * @param from the first byte
 * @param to the byte behind the last; not beyond {@code from} if the file has none of it
 */
record ByteRange(long from, long to) {
    /** Nothing of the file was asked for. */
    private static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

    private static final Pattern SINGLE = Pattern.compile("bytes=[ \t]*(\\d{0,18})-(\\d{0,18})[ \t]*");

    boolean isSatisfiable() {
        return from < to;
    }

    /** {@code Content-Range} of an answer with this part. */
    String contentRange(long size) {
        return isSatisfiable() ? "bytes " + from + "-" + (to - 1) + "/" + size : "bytes */" + size;
    }

    /**
     * Reads the header; empty if the whole file is to be sent, which is what becomes of several ranges, of other units and of
     * what is no range at all.
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher matcher = SINGLE.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            if (last.isEmpty()) {
                return Optional.empty();
            }
            long length = Math.min(size, Long.parseLong(last));
            return Optional.of(length == 0 ? UNSATISFIABLE : new ByteRange(size - length, size));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size : Math.min(size, Long.parseLong(last) + 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return Optional.empty();
        }
        return Optional.of(from >= size ? UNSATISFIABLE : new ByteRange(from, to));
    }
}
