package org.buckytools.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.buckytools.agent.auth.Acl;
import org.buckytools.agent.http.HttpEndpoint;
import org.buckytools.agent.http.Services;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.pull.FetchService;
import org.buckytools.agent.pull.IdleProcessors;
import org.buckytools.agent.pull.PullService;
import org.buckytools.agent.pull.SourcePolicy;
import org.buckytools.agent.rehearsal.Rehearsal;
import org.buckytools.agent.store.MetricStore;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.DaemonAddress;
import org.buckytools.protocol.RingDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole daemon without a process around it: the store, the list of its metrics, and the socket. It answers from
 * {@link #start} to {@link #stop}.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** From the first list of metrics to the rehearsal. */
    private static final Duration REHEARSAL_DELAY = Duration.ofSeconds(2);

    /** The protocol version that this daemon speaks. */
    private static final int API = 2;

    private final AgentConfig config;
    private final HttpEndpoint endpoint;
    private final MetricStore store;
    private final Inventory inventory;
    private final FetchService fetches;
    private final PullService pulls;
    private final InstantSource clock;
    private volatile boolean stopping;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private volatile CompletableFuture<Void> rehearsal = CompletableFuture.completedFuture(null);

    private Agent(
            AgentConfig config,
            HttpEndpoint endpoint,
            MetricStore store,
            Inventory inventory,
            FetchService fetches,
            PullService pulls,
            InstantSource clock) {
        this.config = config;
        this.endpoint = endpoint;
        this.store = store;
        this.inventory = inventory;
        this.fetches = fetches;
        this.pulls = pulls;
        this.clock = clock;
    }

    /**
     * Starts a daemon. Its list of metrics is made in the background.
     *
     * @param clock the machine's, see {@link MetricStore#open}
     * @throws java.net.BindException if the address is taken
     * @throws IOException if another process has the store, or it cannot be used
     */
    public static Agent start(AgentConfig config, InstantSource clock) throws IOException {
        // The address first: a daemon that runs already must be noticed before anything is done to its files.
        HttpEndpoint endpoint = HttpEndpoint.open(config.bind(), AgentConfig.KEPT_HTTP_BUFFER_BYTES);
        Optional<Inventory> inventory = Optional.empty();
        Optional<MetricStore> store = Optional.empty();
        try {
            inventory = Optional.of(
                    new Inventory(config.store().root(), config.listing().validity(), clock));
            store = Optional.of(MetricStore.open(config.store(), inventory.get(), clock));
            Agent agent = assemble(config, endpoint, store.get(), inventory.get(), clock);
            agent.begin();
            return agent;
        } catch (IOException | RuntimeException e) {
            endpoint.close();
            inventory.ifPresent(Inventory::close);
            store.ifPresent(MetricStore::close);
            throw e;
        }
    }

    private static Agent assemble(
            AgentConfig config, HttpEndpoint endpoint, MetricStore store, Inventory inventory, InstantSource clock) {
        int port = endpoint.address().getPort();
        SourcePolicy sources =
                new SourcePolicy(config.ring().stores(), port, config.trust().sources());
        return new Agent(
                config,
                endpoint,
                store,
                inventory,
                new FetchService(store, IdleProcessors.ofMachine()),
                new PullService(store, sources, Software.userAgent(), clock),
                clock);
    }

    /**
     * Has the moving of metrics rehearsed in the background, two seconds after the store has been walked, unless real
     * moves begin before. To be called once at most.
     *
     * @param folder where some MB are written for a moment
     */
    public void rehearse(Path folder) {
        Rehearsal play = new Rehearsal(
                folder,
                config.store().sparse(),
                description(),
                () -> !stopping && !pulls.isBusy() && !fetches.isBusy(),
                clock);
        rehearsal = CompletableFuture.runAsync(
                () -> rehearse(play),
                task -> Thread.ofPlatform().name("rehearsal").daemon().start(task));
    }

    private void rehearse(Rehearsal play) {
        if (!inventory.awaitRest()) {
            return;
        }
        // Who has waited for the daemon to start has its first answers before.
        stopped.copy()
                .completeOnTimeout(null, REHEARSAL_DELAY.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (stopping) {
            return;
        }
        long began = System.nanoTime();
        try {
            int moved = play.run();
            LOG.debug("rehearsed {} moves in {} ms", moved, (System.nanoTime() - began) / 1_000_000);
        } catch (IOException | RuntimeException e) {
            LOG.info("moves were not rehearsed, so the first ones take a little longer: {}", e.toString());
        }
    }

    /** Where it listens, with the real port if any was wished. */
    public InetSocketAddress address() {
        return endpoint.address();
    }

    /** The same as a client names it; a daemon that listens on every address is on this host's loopback, too. */
    public DaemonAddress clientAddress() {
        InetSocketAddress address = endpoint.address();
        String host = address.getAddress() != null && address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getHostString();
        return new DaemonAddress(host, address.getPort());
    }

    /**
     * Stops in order: no new requests, pulls end with the file they are at, requests in flight end, and everything is
     * released.
     *
     * @return whether all requests ended by themselves within {@link AgentConfig#stopTimeout}; the others were cut off
     */
    public boolean stop() throws InterruptedException {
        LOG.info(
                "stopping; waiting up to {} s for requests in flight",
                config.stopTimeout().toSeconds());
        pulls.stop();
        fetches.stop();
        try {
            return endpoint.stop(config.stopTimeout());
        } finally {
            release();
        }
    }

    /** Stops at once, cutting off requests in flight; for one that was not stopped in order. */
    @Override
    public void close() {
        pulls.stop();
        fetches.stop();
        endpoint.close();
        release();
    }

    private void begin() throws IOException {
        inventory.start(store.leftovers(), config.listing().fileListCache());
        endpoint.start(
                Acl.of(config.trust().secret(), clock),
                new Services(store, inventory, pulls, fetches, description(), clock));
        HashRing ring = config.ring();
        LOG.info(
                "{} listens on {} as {}, ring {} with {} members on {} hosts and {} replicas, prefix {}",
                Software.nameAndVersion(),
                endpoint.address(),
                config.node(),
                ring.type(),
                ring.members().size(),
                ring.stores().size(),
                ring.replicas(),
                config.store().root());
    }

    private RingDescription description() {
        HashRing ring = config.ring();
        return new RingDescription(
                config.node(),
                ring.members(),
                ring.goAlgorithm(),
                ring.replicas(),
                Optional.of(ring.type().wireName()),
                Optional.of(ring.diverseReplicas()),
                API,
                Optional.of(Software.nameAndVersion()),
                OptionalInt.of(Runtime.getRuntime().availableProcessors()));
    }

    private void release() {
        stopping = true;
        stopped.complete(null);
        inventory.close();
        // It asks after every request whether it should go on, and leaves nothing behind.
        rehearsal.join();
        pulls.close();
        store.close();
    }
}
