package org.buckytools.agent;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.buckytools.agent.auth.TokenSecret;
import org.buckytools.agent.store.StoreConfig;
import org.buckytools.hashring.HashRing;
import org.buckytools.protocol.DaemonAddress;

/**
 * All that a daemon is told when it starts.
 *
 * <p>Direct memory, of which the JVM allows as much as its largest heap unless told otherwise
 * ({@code -XX:MaxDirectMemorySize}), goes to three users: files being read to be sent, at most
 * {@link StoreConfig#bufferBytes}; the HTTP server's buffers, 128 KiB for each connection in the middle of a request, of which
 * it keeps at most {@value #KEPT_HTTP_BUFFER_BYTES} bytes; and 256 KiB for each running pull.
 *
 * @param bind where to listen; port 0 takes any free one
 * @param node this daemon's name in the ring
 * @param ring the ring it was told of
 * @param store its files; the root is the directory that metric names are relative to
 * @param listing how it knows which there are
 * @param trust whom it lets in and where it goes itself
 * @param stopTimeout how long a stop waits for requests in flight
 */
public record AgentConfig(
        InetSocketAddress bind,
        String node,
        HashRing ring,
        StoreConfig store,
        Listing listing,
        Trust trust,
        Duration stopTimeout) {
    /** How long a list of metrics is good for, unless told otherwise. */
    public static final Duration DEFAULT_INVENTORY_VALIDITY = Duration.ofHours(1);

    /** How long a stop waits for requests in flight, unless told otherwise. */
    public static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(30);

    /** What the HTTP server keeps of its buffers for the next requests. */
    public static final long KEPT_HTTP_BUFFER_BYTES = 32 << 20;

    public AgentConfig {
        requireNonNull(bind, "bind is null");
        requireNonNull(node, "node is null");
        requireNonNull(ring, "ring is null");
        requireNonNull(store, "store is null");
        requireNonNull(listing, "listing is null");
        requireNonNull(trust, "trust is null");
        requireNonNull(stopTimeout, "stopTimeout is null");
    }

    /**
     * The list of metrics.
     *
     * @param validity how old it may become before it is made anew
     * @param fileListCache go-carbon's list of files, to begin with until the store has been walked
     */
    public record Listing(Duration validity, Optional<Path> fileListCache) {
        public Listing {
            requireNonNull(validity, "validity is null");
            requireNonNull(fileListCache, "fileListCache is null");
        }
    }

    /**
     * Who is trusted.
     *
     * @param secret what the tokens of callers must be signed with; without one nobody needs a token
     * @param sources daemons that this one may fetch from although they are not in the ring
     */
    public record Trust(Optional<TokenSecret> secret, List<DaemonAddress> sources) {
        public Trust {
            requireNonNull(secret, "secret is null");
            sources = List.copyOf(sources);
        }
    }

    /** A daemon with the defaults of the command line for all that is not named. */
    public static AgentConfig of(InetSocketAddress bind, String node, HashRing ring, Path prefix) {
        return new AgentConfig(
                bind,
                node,
                ring,
                StoreConfig.of(prefix),
                new Listing(DEFAULT_INVENTORY_VALIDITY, Optional.empty()),
                new Trust(Optional.empty(), List.of()),
                DEFAULT_STOP_TIMEOUT);
    }

    /** This daemon with a store that is written in another way. */
    public AgentConfig withStore(StoreConfig files) {
        return new AgentConfig(bind, node, ring, files, listing, trust, stopTimeout);
    }

    /** This daemon with access by tokens that are signed with this secret. */
    public AgentConfig withSecret(TokenSecret shared) {
        return with(new Trust(Optional.of(shared), trust.sources()));
    }

    /** This daemon with these sources allowed besides the ring's. */
    public AgentConfig withAllowedSources(List<DaemonAddress> sources) {
        return with(new Trust(trust.secret(), sources));
    }

    /** This daemon with go-carbon's list to begin with. */
    public AgentConfig withFileListCache(Path file) {
        Listing other = new Listing(listing.validity(), Optional.of(file));
        return new AgentConfig(bind, node, ring, store, other, trust, stopTimeout);
    }

    private AgentConfig with(Trust other) {
        return new AgentConfig(bind, node, ring, store, listing, other, stopTimeout);
    }
}
