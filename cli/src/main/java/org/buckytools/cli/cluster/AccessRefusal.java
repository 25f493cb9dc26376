package org.buckytools.cli.cluster;

import java.util.HashSet;
import java.util.Set;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;

/** Tells refusals that a token would have prevented from others, for saying what to do. */
public final class AccessRefusal {
    /** What to do, where a list or a plan needs to see every metric: an imperative without a period. */
    public static final String NEXT_STEP =
            "give a valid token with \"read\" among its ops and \"*\" among its namespaces by --api-token-file";

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private AccessRefusal() {}

    /** Whether the daemon did not answer because of the caller's token, or the lack of one. */
    public static boolean isOne(AgentException failure) {
        return failure instanceof AgentRefusedException refused
                && (refused.status() == UNAUTHORIZED || refused.status() == FORBIDDEN);
    }

    /** What to do, where this was to be done to a metric: an imperative without a period. */
    public static String nextStep(String operation) {
        return "give a valid token with \"" + operation
                + "\" among its ops and the metric among its namespaces by --api-token-file";
    }

    /** The same as a sentence, for where the daemon is named before. */
    public static String advice(String operation) {
        String step = nextStep(operation);
        return Character.toUpperCase(step.charAt(0)) + step.substring(1) + ".";
    }

    /**
     * Knows which refusals are told already: a token that lacks something lacks it for a million metrics, and those who read of
     * the first have read of all. For one thread at a time.
     */
    public static final class Told {
        private final Set<String> told = new HashSet<>();
        private long others;

        /**
         * Whether this is the first to be told.
         *
         * @param what who refused, and what, the metric apart
         */
        public boolean isFirst(String what) {
            boolean first = told.add(what);
            others += first ? 0 : 1;
            return first;
        }

        /** How many were not the first. */
        public long others() {
            return others;
        }
    }
}
