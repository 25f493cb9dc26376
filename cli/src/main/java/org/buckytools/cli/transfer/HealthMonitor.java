package org.buckytools.cli.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.buckytools.cli.cluster.Node;

/** Looks at the go-carbon of each node every so often, on a virtual thread a node, and tells the {@link HealthThrottle}. */
final class HealthMonitor implements Closeable {
    private final HealthSettings settings;
    private final CarbonCache.Source source;
    private final HealthThrottle throttle;
    private final Ticker ticker;
    private final Consumer<String> warnings;
    private final List<Thread> threads;

    /** Begins to look at once; {@code warnings} may be called by any thread. */
    HealthMonitor(
            HealthSettings settings,
            CarbonCache.Source source,
            HealthThrottle throttle,
            Ticker ticker,
            Collection<Node> nodes,
            Consumer<String> warnings) {
        this.settings = settings;
        this.source = source;
        this.throttle = throttle;
        this.ticker = ticker;
        this.warnings = warnings;
        this.threads = nodes.stream()
                .map(node -> Thread.ofVirtual().name("health-" + node).start(() -> watch(node)))
                .toList();
    }

    private void watch(Node node) {
        boolean failed = false;
        try {
            while (true) {
                try {
                    throttle.heard(node, source.of(node), ticker.nanos());
                    failed = false;
                } catch (IOException e) {
                    if (!failed) {
                        warnings.accept(
                                "the health of go-carbon on " + node.host() + " is not known: " + e.getMessage());
                    }
                    failed = true;
                }
                Thread.sleep(settings.interval());
            }
        } catch (InterruptedException e) {
            // That is how it ends.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
