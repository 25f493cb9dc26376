package org.buckytools.agent.http;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.buckytools.agent.auth.Acl;
import org.buckytools.agent.auth.Operation;
import org.buckytools.protocol.MetricName;

/** Finds the handler of a request, after it has checked the metric's name and the caller's permission. */
final class RouteTable implements Handler {
    private final List<Route> routes;
    private final Acl acl;

    RouteTable(Acl acl, List<Route> routes) {
        this.acl = acl;
        this.routes = List.copyOf(routes);
    }

    @Override
    public Response handle(Request request) throws IOException {
        Route route = find(request);
        if (route.path().endsWith(Route.METRIC)) {
            request.setMetricName(metricName(request, route));
        }
        request.setAccess(route.permission().operation().isEmpty() ? (o, m) -> false : acl.access(request.token()));
        if (route.permission().operation().isPresent()) {
            Operation operation = route.permission().operation().get();
            switch (route.permission().scope()) {
                case METRIC ->
                    request.access().require(operation, request.metricName().value());
                case EVERY_METRIC -> request.access().require(operation, Acl.Access.EVERY_METRIC);
                // Asked for each metric by the handler, since one that is not allowed does not stop the others.
                case NAMED_IN_BODY, NOTHING -> {}
            }
        }
        return route.handler().handle(request);
    }

    private Route find(Request request) throws IOException {
        String path = request.target().rawPath();
        List<Route> atPath =
                routes.stream().filter(route -> matches(route, path)).toList();
        if (atPath.isEmpty()) {
            throw new NoSuchRouteException("nothing is served under " + path);
        }
        return atPath.stream()
                .filter(route -> route.method().equals(request.method()))
                .findFirst()
                .orElseThrow(() -> new BadRequestException(
                        "the method " + request.method() + " does not go with this path; possible are "
                                + atPath.stream().map(Route::method).collect(Collectors.joining(", "))));
    }

    private static boolean matches(Route route, String path) {
        return route.path().endsWith(Route.METRIC) ? path.startsWith(prefix(route)) : path.equals(route.path());
    }

    private static String prefix(Route route) {
        return route.path().substring(0, route.path().length() - Route.METRIC.length());
    }

    private static MetricName metricName(Request request, Route route) throws BadRequestException {
        String encoded = request.target().rawPath().substring(prefix(route).length());
        if (encoded.isEmpty()) {
            throw new BadRequestException("the path has no metric's name behind " + prefix(route));
        }
        try {
            return new MetricName(RequestTarget.decode(encoded));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(e.getMessage(), e);
        }
    }
}
