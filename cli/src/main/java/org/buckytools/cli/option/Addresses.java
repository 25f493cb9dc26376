package org.buckytools.cli.option;

import org.buckytools.cli.UserFacingException;
import org.buckytools.protocol.DaemonAddress;

/** Daemons as they are named on the command line. */
final class Addresses {
    private Addresses() {}

    /** Reads {@code HOST[:PORT]}. */
    static DaemonAddress parse(String text) throws UserFacingException {
        try {
            return DaemonAddress.parse(text, DaemonAddress.DEFAULT_PORT);
        } catch (IllegalArgumentException e) {
            throw UserFacingException.usage(e.getMessage(), "");
        }
    }

    /** As {@link #parse}, for an option that must be given. */
    static DaemonAddress required(String option, String text) throws UserFacingException {
        if (text == null || text.isEmpty()) {
            throw UserFacingException.usage(
                    option + " is not given", "Name the daemon with " + option + " HOST[:PORT].");
        }
        return parse(text);
    }
}
