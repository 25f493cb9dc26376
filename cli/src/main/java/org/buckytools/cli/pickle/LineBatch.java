package org.buckytools.cli.pickle;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Some whole lines. Not changed by anyone once it is made. */
final class LineBatch {
    private final byte[] bytes;
    private final int lines;

    /** {@code bytes} are kept, not copied. */
    LineBatch(byte[] bytes, int lines) {
        this.bytes = requireNonNull(bytes, "bytes is null");
        this.lines = lines;
    }

    /** The lines of all of these. */
    static LineBatch concat(List<LineBatch> batches) {
        if (batches.size() == 1) {
            return batches.getFirst();
        }
        byte[] all = new byte[batches.stream().mapToInt(LineBatch::length).sum()];
        int length = 0;
        int lines = 0;
        for (LineBatch batch : batches) {
            System.arraycopy(batch.bytes, 0, all, length, batch.bytes.length);
            length += batch.bytes.length;
            lines += batch.lines;
        }
        return new LineBatch(all, lines);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return bytes.length;
    }

    int lines() {
        return lines;
    }

    /** The lines, for a person to read. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
