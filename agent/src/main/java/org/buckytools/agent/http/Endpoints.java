package org.buckytools.agent.http;

import static org.buckytools.agent.auth.Operation.DELETE;
import static org.buckytools.agent.auth.Operation.READ;
import static org.buckytools.agent.auth.Operation.REPLACE;
import static org.buckytools.agent.auth.Operation.UPDATE;
import static org.buckytools.agent.http.Route.Permission.OPEN;
import static org.buckytools.agent.http.Route.Permission.to;
import static org.buckytools.agent.http.Route.Permission.toAll;
import static org.buckytools.agent.http.Route.Permission.toEach;

import java.time.InstantSource;
import java.util.List;
import org.buckytools.agent.auth.Acl;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.pull.StoreService;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.Routes;

/** Everything that a daemon serves. */
final class Endpoints {
    private static final String METRIC = Routes.METRIC_PREFIX + Route.METRIC;

    private Endpoints() {}

    static RouteTable table(Acl acl, Services services) {
        MetricStore store = services.store();
        Inventory inventory = services.inventory();
        InstantSource clock = services.clock();
        Handler list = new ListMetricsHandler(inventory);
        Handler offload = new OffloadHandler(services.pulls());
        return new RouteTable(
                acl,
                List.of(
                        new Route("GET", Routes.HASHRING, OPEN, new RingHandler(services.ring())),
                        new Route("GET", Routes.METRICS, toAll(READ), list),
                        new Route("POST", Routes.METRICS, toAll(READ), list),
                        new Route("HEAD", METRIC, to(READ), new StatMetricHandler(store)),
                        new Route("GET", METRIC, to(READ), new GetMetricHandler(store)),
                        new Route("PUT", METRIC, to(REPLACE), new ReplaceMetricHandler(store)),
                        new Route("POST", METRIC, to(UPDATE), new FillMetricHandler(store, offload)),
                        new Route("DELETE", METRIC, to(DELETE), new DeleteMetricHandler(store)),
                        new Route("GET", Routes.STATUS, toAll(READ), stamped(clock, new StatusHandler(services))),
                        new Route(
                                "POST", Routes.MISPLACED, toAll(READ), stamped(clock, new MisplacedHandler(inventory))),
                        new Route("POST", Routes.STAT, toEach(READ), stamped(clock, new StatManyHandler(store))),
                        new Route(
                                "POST", Routes.USAGE, toAll(READ), stamped(clock, new UsageHandler(inventory, store))),
                        new Route(
                                "POST",
                                Routes.FETCH,
                                toEach(READ),
                                stamped(clock, new FetchHandler(services.fetches()))),
                        new Route(
                                "POST", Routes.PULL, toEach(UPDATE), stamped(clock, new PullHandler(services.pulls()))),
                        new Route("POST", Routes.MODIFY, toEach(REPLACE), stamped(clock, new ModifyHandler(store))),
                        new Route(
                                "POST",
                                Routes.STORE,
                                toEach(UPDATE),
                                stamped(clock, new StoreHandler(new StoreService(store)))),
                        new Route(
                                "POST", Routes.DELETE, toEach(DELETE), stamped(clock, new DeleteManyHandler(store)))));
    }

    /** Answers of version 2 say what time it is here, since a fill works with the later of two clocks. */
    private static Handler stamped(InstantSource clock, Handler handler) {
        return request -> handler.handle(request)
                .with(Headers.NOW, Long.toString(clock.instant().getEpochSecond()));
    }
}
