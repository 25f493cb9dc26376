package org.buckytools.agent.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names, starting with a dot and so no metrics, under which the store keeps what is not finished. Their 16 hex digits are
 * eight of this process and eight of a counter, so that what other processes left behind can be told from what this one is
 * working on.
 */
final class HiddenNames {
    /** What a hidden name is for. */
    enum Kind {
        /** A file: an upload that is not whole yet, or a copy that is being read. */
        STAGE(""),
        /** A directory holding, under the metric's last part, the whole new content of an existing file. */
        REPLACE("replace-"),
        /** A directory holding, under the metric's last part, a file that is about to be deleted. */
        RETIRE("retire-");

        private final String infix;

        Kind(String infix) {
            this.infix = infix;
        }
    }

    static final String PREFIX = ".bucky-";

    private static final Pattern SHAPE = Pattern.compile("\\.bucky-(replace-|retire-|)([0-9a-f]{8})[0-9a-f]{8}");

    private final String process = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    private final AtomicInteger counter = new AtomicInteger();

    // Names of this process that it gave up on: they are leftovers like those of another.
    private final Set<String> abandoned = ConcurrentHashMap.newKeySet();

    /** A name that nothing has. */
    String next(Kind kind) {
        return PREFIX + kind.infix + process + HexFormat.of().toHexDigits(counter.getAndIncrement());
    }

    /** What a directory entry is for, if it is one that nobody works on any more. */
    Optional<Kind> leftover(String name) {
        Matcher matcher = SHAPE.matcher(name);
        if (!matcher.matches() || (matcher.group(2).equals(process) && !abandoned.contains(name))) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (kind.infix.equals(matcher.group(1))) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** From now on {@code name} counts as left behind. */
    void abandon(String name) {
        abandoned.add(name);
    }

    /** It is gone. */
    void settled(String name) {
        abandoned.remove(name);
    }
}
