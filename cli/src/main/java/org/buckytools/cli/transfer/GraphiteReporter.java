package org.buckytools.cli.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.buckytools.cli.cluster.Node;

/**
 * Reports counters to Graphite, under the names that the Go fork uses. Lines are made by the thread that counts and sent by another
 * one; a report that is due while the one before is still on its way is left out.
 */
final class GraphiteReporter implements TransferListener, Closeable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final long LAST_REPORT_SECONDS = 15;

    private final GraphiteSettings settings;
    private final Tally tally;
    private final Optional<HealthThrottle> throttle;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private final ExecutorService sender = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("graphite").factory());
    private final AtomicBoolean isSending = new AtomicBoolean();
    private final Map<Node, String> names = new HashMap<>();
    private long nextAt;

    /** {@code warnings} may be called by any thread. */
    GraphiteReporter(
            GraphiteSettings settings,
            Tally tally,
            Optional<HealthThrottle> throttle,
            Ticker ticker,
            InstantSource clock,
            Consumer<String> warnings) {
        this.settings = settings;
        this.tally = tally;
        this.throttle = throttle;
        this.ticker = ticker;
        this.clock = clock;
        this.warnings = warnings;
        this.nextAt = ticker.nanos() + settings.interval().toNanos();
    }

    @Override
    public void on(TransferEvent event) {}

    @Override
    public void pause() {
        long now = ticker.nanos();
        if (now >= nextAt) {
            nextAt = now + settings.interval().toNanos();
            if (!isSending.getAndSet(true)) {
                submit(report());
            }
        }
    }

    private void submit(String report) {
        sender.execute(() -> {
            send(report);
            isSending.set(false);
        });
    }

    private void send(String report) {
        try (Socket socket = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(
                    settings.endpoint().host(), settings.endpoint().port());
            if (address.isUnresolved()) {
                throw new UnknownHostException("its name cannot be resolved");
            }
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(report.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            warnings.accept("no report to Graphite at " + settings.endpoint() + ": " + e.getMessage());
        }
    }

    private String report() {
        long time = clock.instant().getEpochSecond();
        StringBuilder lines = new StringBuilder();
        String main = settings.prefix() + ".main.";
        line(lines, main + "total_jobs", tally.planned(), time);
        line(lines, main + "finished_jobs", tally.finished(), time);
        line(lines, main + "not_found", tally.notFound(), time);
        line(lines, main + "copy_error", tally.copyErrors(), time);
        line(lines, main + "delete_error", tally.deleteErrors(), time);
        tally.nodes().forEach((node, counts) -> {
            String prefix = settings.prefix() + ".node." + names.computeIfAbsent(node, this::nameOf) + ".";
            line(lines, prefix + "finished_jobs", counts.finished(), time);
            line(lines, prefix + "copy_error", counts.copyErrors(), time);
            line(lines, prefix + "delete_error", counts.deleteErrors(), time);
            throttle.ifPresent(speeds -> {
                HealthThrottle.State state = speeds.state(node, ticker.nanos());
                line(lines, prefix + "metrics_per_second", state.metricsPerSecond(), time);
                line(
                        lines,
                        prefix + "cache_limit",
                        state.cache().map(CarbonCache::limit).orElse(0L),
                        time);
                line(
                        lines,
                        prefix + "cache_size",
                        state.cache().map(CarbonCache::size).orElse(0L),
                        time);
            });
        });
        return lines.toString();
    }

    private static void line(StringBuilder lines, String name, long value, long time) {
        lines.append(name)
                .append(".last ")
                .append(value)
                .append(' ')
                .append(time)
                .append('\n');
    }

    private String nameOf(Node node) {
        String host = node.address().host();
        if (settings.resolveNames()) {
            try {
                host = InetAddress.getByName(host).getCanonicalHostName();
            } catch (UnknownHostException e) {
                warnings.accept(host + " cannot be resolved, so it is reported as it is");
            }
        }
        return host.replace('.', '_').replace(':', '_');
    }

    /** Sends the last report, with everything in it. */
    @Override
    public void close() {
        submit(report());
        sender.shutdown();
        try {
            if (!sender.awaitTermination(LAST_REPORT_SECONDS, TimeUnit.SECONDS)) {
                sender.shutdownNow();
            }
        } catch (InterruptedException e) {
            sender.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
