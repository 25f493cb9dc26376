package org.buckytools.agent.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.buckytools.agent.auth.Acl;
import org.buckytools.agent.http.HttpEndpoint;
import org.buckytools.agent.http.Services;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.pull.FetchService;
import org.buckytools.agent.pull.IdleProcessors;
import org.buckytools.agent.pull.PullService;
import org.buckytools.agent.pull.SourcePolicy;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.agent.store.StoreConfig;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.RingDescription;

/**
 * A daemon for nobody but this process: on a free port of the loopback, over a folder of its own, without a list of its metrics
 * and without a line in the log.
 */
final class StandIn implements AutoCloseable {
    /** Requests come one after the other. */
    private static final long KEPT_HTTP_BUFFER_BYTES = 1 << 20;

    private static final String SOFTWARE = "rehearsal";

    private final HttpEndpoint endpoint;
    private final MetricStore store;
    private final Inventory inventory;
    private final PullService pulls;

    private StandIn(HttpEndpoint endpoint, MetricStore store, Inventory inventory, PullService pulls) {
        this.endpoint = endpoint;
        this.store = store;
        this.inventory = inventory;
        this.pulls = pulls;
    }

    /**
     * Starts one.
     *
     * @param root its folder, which is made
     * @param acl decides who may ask it
     * @param sources whom it may fetch from
     */
    static StandIn start(Path root, boolean sparse, Acl acl, List<DaemonAddress> sources, InstantSource clock)
            throws IOException {
        Files.createDirectory(root);
        HttpEndpoint endpoint = HttpEndpoint.openForRehearsal(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), KEPT_HTTP_BUFFER_BYTES);
        try {
            Inventory inventory = new Inventory(root, Duration.ofDays(1), clock);
            // Files take the time of last change that they come with: one just written would be read twice.
            MetricStore store = MetricStore.open(
                    new StoreConfig(root, Optional.empty(), sparse, true, StoreConfig.MIN_BUFFER_BYTES),
                    inventory,
                    clock);
            int port = endpoint.address().getPort();
            StandIn made = new StandIn(
                    endpoint,
                    store,
                    inventory,
                    new PullService(store, new SourcePolicy(List.of(), port, sources), SOFTWARE, clock));
            made.answer(acl, clock);
            return made;
        } catch (IOException | RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    private void answer(Acl acl, InstantSource clock) throws IOException {
        RingDescription ring = new RingDescription(
                SOFTWARE,
                List.of(),
                "carbon",
                1,
                Optional.empty(),
                Optional.empty(),
                2,
                Optional.empty(),
                OptionalInt.empty());
        try {
            FetchService fetches = new FetchService(store, IdleProcessors.ofMachine());
            endpoint.start(acl, new Services(store, inventory, pulls, fetches, ring, clock));
            inventory.start(store.leftovers());
            inventory.awaitRest();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where it listens. */
    DaemonAddress address() {
        return new DaemonAddress(
                endpoint.address().getHostString(), endpoint.address().getPort());
    }

    @Override
    public void close() {
        endpoint.close();
        pulls.close();
        store.close();
        inventory.close();
    }
}
