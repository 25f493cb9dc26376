package org.buckytools.cli.cluster;

import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;

/** Tells refusals that a token would have prevented from others, for saying what to do. */
public final class AccessRefusal {
    /** What to do, as an imperative without a period. */
    public static final String NEXT_STEP = "give a token that allows it with --api-token-file";

    /** The same as a sentence, for where the daemon is named before. */
    public static final String ADVICE =
            "Give a token that allows it with --api-token-file, if buckyd there checks access.";

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private AccessRefusal() {}

    /** Whether the daemon did not answer because of the caller's token, or the lack of one. */
    public static boolean isOne(AgentException failure) {
        return failure instanceof AgentRefusedException refused
                && (refused.status() == UNAUTHORIZED || refused.status() == FORBIDDEN);
    }
}
