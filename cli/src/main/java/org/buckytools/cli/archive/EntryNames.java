package org.buckytools.cli.archive;

import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.UserFacingException;
import org.buckytools.protocol.MetricName;

/** Makes metrics' names of paths in an archive. */
final class EntryNames {
    private static final String SUFFIX = ".wsp";
    private static final String HIDDEN = "hidden files are no metrics";

    private final String prefix;

    private EntryNames(String prefix) {
        this.prefix = prefix;
    }

    /** What is to stand before every path, as a path itself. */
    static EntryNames below(String prefix) throws UserFacingException {
        try {
            return new EntryNames(prefix.isEmpty() ? "" : joined(prefix.replaceFirst("^/+", "")));
        } catch (RefusedException e) {
            throw UserFacingException.usage(
                    "-p " + prefix + ": " + e.getMessage(), "Give a path below the store, such as servers/web.");
        }
    }

    /** A path that is no metric's; the message says why, and follows the path and a colon. */
    static final class RefusedException extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        RefusedException(String reason) {
            super(reason);
        }
    }

    /** The metric that is stored under a path. */
    MetricName metric(String path) throws RefusedException {
        if (path.startsWith("/")) {
            throw new RefusedException("it is absolute, so it would leave the store");
        }
        if (!path.endsWith(SUFFIX)) {
            throw new RefusedException("its name does not end in " + SUFFIX);
        }
        if (path.startsWith(".", path.lastIndexOf('/') + 1)) {
            throw new RefusedException(HIDDEN);
        }
        String dotted = joined(path.substring(0, path.length() - SUFFIX.length()));
        try {
            return new MetricName(prefix.isEmpty() ? dotted : prefix + "." + dotted);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(e.getMessage());
        }
    }

    private static String joined(String path) throws RefusedException {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                throw new RefusedException("it would leave the store");
            }
            if (part.startsWith(".") && part.length() > 1) {
                throw new RefusedException(HIDDEN);
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join(".", parts);
    }
}
