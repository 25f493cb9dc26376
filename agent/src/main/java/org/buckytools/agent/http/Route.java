package org.buckytools.agent.http;

import java.util.Optional;
import org.buckytools.agent.auth.Operation;

/**
 * One line of the {@link RouteTable}.
 *
 * @param path exact, or ending in {@value #METRIC}, which stands for one metric's name
 * @param permission what the caller must be allowed to do, and to what
 */
record Route(String method, String path, Permission permission, Handler handler) {
    /** The place of a metric's name in a path; nothing can stand behind it. */
    static final String METRIC = "{metric}";

    /**
     * What a route needs.
     *
     * @param operation empty if anyone may ask
     */
    record Permission(Optional<Operation> operation, Scope scope) {
        /** Anyone may ask. */
        static final Permission OPEN = new Permission(Optional.empty(), Scope.NOTHING);

        /** To the metric in the path. */
        static Permission to(Operation operation) {
            return new Permission(Optional.of(operation), Scope.METRIC);
        }

        /** To every metric there is. */
        static Permission toAll(Operation operation) {
            return new Permission(Optional.of(operation), Scope.EVERY_METRIC);
        }

        /** To the metrics that the body names, of which the handler asks for each. */
        static Permission toEach(Operation operation) {
            return new Permission(Optional.of(operation), Scope.NAMED_IN_BODY);
        }
    }

    /** What a permission is about. */
    enum Scope {
        NOTHING,
        METRIC,
        EVERY_METRIC,
        NAMED_IN_BODY
    }
}
