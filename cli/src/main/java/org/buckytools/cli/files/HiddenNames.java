package org.buckytools.cli.files;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/** Names for what is not finished, sixteen hexadecimal digits each, as the daemons make them. Safe for use by many threads. */
final class HiddenNames {
    /** Stands in all names that are made here, so that two processes at once do not make the same. */
    private final int space = new SecureRandom().nextInt();

    private final AtomicInteger next = new AtomicInteger();

    /** A name that was not there before, with this in front. */
    String make(String prefix) {
        HexFormat hex = HexFormat.of();
        return prefix + hex.toHexDigits(space) + hex.toHexDigits(next.getAndIncrement());
    }
}
