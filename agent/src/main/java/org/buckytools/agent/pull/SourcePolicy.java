package org.buckytools.agent.pull;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.buckytools.protocol.DaemonAddress;

/**
 * Whom this daemon fetches from. A name from the network must not make it connect to just anyone: only to members of the
 * ring, on the port on which it listens itself, and to those that its operator named. Hosts are compared as they are
 * written, without asking a name server.
 */
public final class SourcePolicy {
    private final int port;
    private final Set<DaemonAddress> allowed = new HashSet<>();

    /**
     * @param ringHosts hosts of the ring's members
     * @param port on which this daemon listens
     * @param allowedSources what {@code --allow-source} names
     */
    public SourcePolicy(Collection<String> ringHosts, int port, Collection<DaemonAddress> allowedSources) {
        this.port = port;
        ringHosts.forEach(host -> allowed.add(normal(new DaemonAddress(host, port))));
        allowedSources.forEach(source -> allowed.add(normal(source)));
    }

    /** Passes only for a source that may be fetched from. */
    public void check(DaemonAddress source) throws SourceRefusedException {
        if (!allowed.contains(normal(source))) {
            throw new SourceRefusedException(source, port);
        }
    }

    private static DaemonAddress normal(DaemonAddress address) {
        return new DaemonAddress(address.host().toLowerCase(Locale.ROOT), address.port());
    }
}
