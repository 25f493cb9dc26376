package org.buckytools.agent.auth;

import java.time.InstantSource;
import java.util.Optional;

/** Decides what the caller of a request may do. Safe for use by many threads. */
public interface Acl {
    /** For a daemon without a secret: everyone may do everything, and tokens are not looked at. */
    Acl OPEN = token -> (operation, metric) -> true;

    /** Access by tokens signed with this secret; open to all without one. */
    static Acl of(Optional<TokenSecret> secret, InstantSource clock) {
        return secret.<Acl>map(known -> new TokenAcl(known, clock)).orElse(OPEN);
    }

    /**
     * Reads a request's token.
     *
     * @param token what {@code X-Buckyd-Authorization} holds, empty if the request has none
     * @throws AccessDeniedException if it is no valid token, or none where one is needed
     */
    Access access(Optional<String> token) throws AccessDeniedException;

    /** What one caller may do. */
    @FunctionalInterface
    interface Access {
        /** Stands for all metrics: what a list needs. */
        String EVERY_METRIC = "*";

        /** Whether the caller may do this to that metric, or to {@link #EVERY_METRIC}. */
        boolean allows(Operation operation, String metric);

        /** As {@link #allows}, for callers who cannot go on without it. */
        default void require(Operation operation, String metric) throws AccessDeniedException {
            if (!allows(operation, metric)) {
                throw new AccessDeniedException(
                        "this token does not allow to " + operation.name().toLowerCase(java.util.Locale.ROOT)
                                + (metric.equals(EVERY_METRIC) ? " every metric" : " " + metric));
            }
        }
    }
}
