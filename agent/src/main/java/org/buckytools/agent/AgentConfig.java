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
 * ({@code -XX:MaxDirectMemorySize}), goes to three users: files being read to be sent, at most {@code bufferBytes}; the HTTP
 * server's buffers, 128 KiB for each connection in the middle of a request, of which it keeps at most
 * {@value #KEPT_HTTP_BUFFER_BYTES} bytes; and 256 KiB for each running pull.
 *
 * @param bind where to listen; port 0 takes any free one
 * @param node this daemon's name in the ring
 * @param ring the ring it was told of
 * @param prefix the directory that metric names are relative to
 * @param temporary where bodies are kept that are to be filled into existing files; without it, beside those files
 * @param sparse whether blocks of zeros become holes
 * @param sourceTimes whether files take the time of last change that came with their content
 * @param secret what the tokens of callers must be signed with; without one nobody needs a token
 * @param fileListCache go-carbon's list of files, to begin with until the store has been walked
 * @param allowedSources daemons that this one may fetch from although they are not in the ring
 * @param inventoryValidity how old the list of metrics may become before it is made anew
 * @param bufferBytes bound on the direct memory for files being read
 * @param stopTimeout how long a stop waits for requests in flight
 */
public record AgentConfig(
        InetSocketAddress bind,
        String node,
        HashRing ring,
        Path prefix,
        Optional<Path> temporary,
        boolean sparse,
        boolean sourceTimes,
        Optional<TokenSecret> secret,
        Optional<Path> fileListCache,
        List<DaemonAddress> allowedSources,
        Duration inventoryValidity,
        long bufferBytes,
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
        requireNonNull(prefix, "prefix is null");
        requireNonNull(temporary, "temporary is null");
        requireNonNull(secret, "secret is null");
        requireNonNull(fileListCache, "fileListCache is null");
        allowedSources = List.copyOf(allowedSources);
        requireNonNull(inventoryValidity, "inventoryValidity is null");
        requireNonNull(stopTimeout, "stopTimeout is null");
    }

    /** A daemon with the defaults of the command line for all that is not named. */
    public static AgentConfig of(InetSocketAddress bind, String node, HashRing ring, Path prefix) {
        return new AgentConfig(
                bind,
                node,
                ring,
                prefix,
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                DEFAULT_INVENTORY_VALIDITY,
                StoreConfig.DEFAULT_BUFFER_BYTES,
                DEFAULT_STOP_TIMEOUT);
    }

    /** This daemon with or without holes in its files. */
    public AgentConfig withSparse(boolean wanted) {
        return new AgentConfig(
                bind,
                node,
                ring,
                prefix,
                temporary,
                wanted,
                sourceTimes,
                secret,
                fileListCache,
                allowedSources,
                inventoryValidity,
                bufferBytes,
                stopTimeout);
    }

    /** This daemon with or without the times of its sources. */
    public AgentConfig withSourceTimes(boolean wanted) {
        return new AgentConfig(
                bind,
                node,
                ring,
                prefix,
                temporary,
                sparse,
                wanted,
                secret,
                fileListCache,
                allowedSources,
                inventoryValidity,
                bufferBytes,
                stopTimeout);
    }

    /** This daemon with access by tokens that are signed with this secret. */
    public AgentConfig withSecret(TokenSecret shared) {
        return new AgentConfig(
                bind,
                node,
                ring,
                prefix,
                temporary,
                sparse,
                sourceTimes,
                Optional.of(shared),
                fileListCache,
                allowedSources,
                inventoryValidity,
                bufferBytes,
                stopTimeout);
    }

    /** This daemon with go-carbon's list to begin with. */
    public AgentConfig withFileListCache(Path file) {
        return new AgentConfig(
                bind,
                node,
                ring,
                prefix,
                temporary,
                sparse,
                sourceTimes,
                secret,
                Optional.of(file),
                allowedSources,
                inventoryValidity,
                bufferBytes,
                stopTimeout);
    }

    /** This daemon with these sources allowed besides the ring's. */
    public AgentConfig withAllowedSources(List<DaemonAddress> sources) {
        return new AgentConfig(
                bind,
                node,
                ring,
                prefix,
                temporary,
                sparse,
                sourceTimes,
                secret,
                fileListCache,
                sources,
                inventoryValidity,
                bufferBytes,
                stopTimeout);
    }

    StoreConfig store() {
        return new StoreConfig(prefix, temporary, sparse, sourceTimes, bufferBytes);
    }
}
