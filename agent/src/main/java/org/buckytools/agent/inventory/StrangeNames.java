package org.buckytools.agent.inventory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.buckytools.whisper.posix.DirectoryReader;

/** Counts the files whose names are no metric names, and remembers the first. Safe for use by many threads. */
final class StrangeNames {
    private static final int EXAMPLES = 10;

    private final List<String> examples = new ArrayList<>();
    private long count;

    /** Adds the reader's current entry. */
    synchronized void add(DirectoryReader directory) {
        if (count++ < EXAMPLES) {
            byte[] path = directory.directory().path().getBytes(StandardCharsets.UTF_8);
            // The root's path ends in a slash.
            examples.add((printable(path) + "/" + printable(directory.name())).replace("//", "/"));
        }
    }

    synchronized long count() {
        return count;
    }

    /** Some of them, fit to be logged. */
    synchronized List<String> examples() {
        return List.copyOf(examples);
    }

    /** What is not printable ASCII as {@code \xNN}. */
    private static String printable(byte[] name) {
        StringBuilder text = new StringBuilder(name.length);
        for (byte b : name) {
            if (b >= ' ' && b < 0x7f && b != '\\') {
                text.append((char) b);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", b));
            }
        }
        return text.toString();
    }
}
