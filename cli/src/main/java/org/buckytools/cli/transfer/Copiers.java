package org.buckytools.cli.transfer;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;

/** Chooses how metrics get from one node to another, and learns what does not work. Safe for use by many threads. */
final class Copiers {
    private static final int FORBIDDEN = 403;

    private final TransferSettings settings;
    private final PullCopier pull;
    private final OffloadCopier offload;
    private final ClientCopier client;
    private final Set<Pair> pullRefused = ConcurrentHashMap.newKeySet();
    private final Set<Node> withoutOffload = ConcurrentHashMap.newKeySet();

    private record Pair(Node source, Node destination) {}

    Copiers(TransferSettings settings, InstantSource clock) {
        this.settings = settings;
        this.pull = new PullCopier(settings, clock);
        this.offload = new OffloadCopier(settings, clock);
        this.client = new ClientCopier(settings, clock);
    }

    /** The best way that has not failed yet. */
    Copier choose(Node source, Node destination) {
        if (!settings.offload()) {
            return client;
        }
        if (destination.speaksVersion2()) {
            return pullRefused.contains(new Pair(source, destination)) ? client : pull;
        }
        // A Go daemon does not tell which version of a file it fetched, and a source of version 2 deletes by versions.
        boolean needsVersion = settings.delete() && source.speaksVersion2();
        return withoutOffload.contains(destination) || needsVersion ? client : offload;
    }

    /** What to say if this failure means that another way has to be taken from now on; empty if it does not. */
    Optional<String> fallBack(Copier failed, Node source, Node destination, AgentException failure) {
        if (failed == pull && failure instanceof AgentRefusedException refused && refused.status() == FORBIDDEN) {
            pullRefused.add(new Pair(source, destination));
            return Optional.of(failure.getMessage() + "; these metrics go through this client instead");
        }
        if (failed == offload && OffloadCopier.isNoSuchCall(failure)) {
            withoutOffload.add(destination);
            return Optional.of(destination + " cannot fetch metrics by itself; they go through this client instead");
        }
        return Optional.empty();
    }
}
