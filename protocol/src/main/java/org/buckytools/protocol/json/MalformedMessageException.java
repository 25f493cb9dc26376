package org.buckytools.protocol.json;

import java.io.IOException;
import java.io.Serial;

/** What came over the wire is not what the protocol says. The message says what it was to be, where it is wrong, and how. */
public final class MalformedMessageException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int LONGEST = 1024;

    /** {@code message} may quote what was received: control characters are replaced and it is cut to a sane length. */
    public MalformedMessageException(String message) {
        super(printable(message));
    }

    /** As {@link #MalformedMessageException(String)}; {@code cause} may be null. */
    public MalformedMessageException(String message, Throwable cause) {
        super(printable(message), cause);
    }

    private static String printable(String message) {
        String cut = message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
        StringBuilder printable = new StringBuilder(cut.length());
        cut.chars().forEach(c -> printable.append(Character.isISOControl(c) ? '?' : (char) c));
        return printable.toString();
    }
}
