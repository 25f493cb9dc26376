package org.buckytools.agent.http;

import org.buckytools.protocol.Headers;

/** What callers say of their clocks. */
final class Clocks {
    /** Before every other clock: a fill then goes by this machine's. */
    private static final long UNKNOWN = 0;

    private Clocks() {}

    /** The caller's clock in Unix seconds; 0, which leaves the decision to this machine's, if it does not say. */
    static long ofCaller(Request request) throws BadRequestException {
        String seconds = request.header(Headers.NOW).orElse(Long.toString(UNKNOWN));
        try {
            return Long.parseLong(seconds);
        } catch (NumberFormatException e) {
            throw new BadRequestException("the header " + Headers.NOW + " is no number of seconds: " + seconds, e);
        }
    }
}
