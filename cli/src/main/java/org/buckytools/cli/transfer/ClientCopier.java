package org.buckytools.cli.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.client.Download;
import org.buckytools.protocol.transfer.PullItem;

/** Takes a metric from one daemon and hands it to the other, byte for byte as it comes: nothing is held here. */
final class ClientCopier extends SingleCopier {
    private final TransferSettings settings;
    private final InstantSource clock;

    ClientCopier(TransferSettings settings, InstantSource clock) {
        super(settings, clock);
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    boolean concernsAll(AgentRefusedException refusal) {
        return refusal.status() == 401 || refusal.status() == 403;
    }

    @Override
    Optional<Stored> store(Node source, Node destination, PullItem item, MetricStat stat, boolean exists)
            throws AgentException {
        MetricStat announced = new MetricStat(item.to(), stat.size(), stat.mode(), stat.modTime(), Encoding.IDENTITY);
        AtomicReference<Optional<String>> version = new AtomicReference<>(Optional.empty());
        FillTimings timings;
        try {
            timings = destination
                    .client()
                    .fill(item.to(), announced, sink -> version.set(send(source, item, stat.size(), sink)));
        } catch (AgentException e) {
            if (wasDeleted(e, source)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(new Stored(stat.size(), version.get(), obstacle(timings, exists)));
    }

    /** Downloads the metric into {@code sink}; called again when the upload is tried again. */
    private Optional<String> send(Node source, PullItem item, long announced, OutputStream sink) throws IOException {
        Optional<Download> found = source.client().get(item.from(), settings.encoded());
        if (found.isEmpty()) {
            throw new AgentRefusedException(source.address(), 404, source + " has no metric " + item.from());
        }
        try (Download download = found.get()) {
            if (download.stat().size() != announced) {
                throw new AgentRefusedException(
                        source.address(),
                        500,
                        item.from() + " on " + source + " had " + announced + " bytes and now has "
                                + download.stat().size(),
                        AgentException.Retry.NEVER);
            }
            download.content().transferTo(sink);
            return source.speaksVersion2() ? download.version() : V1Version.of(download.stat(), clock);
        }
    }

    private static boolean wasDeleted(AgentException failure, Node source) {
        return failure instanceof AgentRefusedException refused
                && refused.status() == 404
                && refused.daemon().equals(source.address());
    }

    private Optional<Problem> obstacle(FillTimings timings, boolean existed) {
        if (timings.leftBehind().isPresent()) {
            return Obstacles.leftBehind(timings.leftBehind().getAsLong());
        }
        if (existed && !settings.trustV1Fill()) {
            return Optional.of(
                    new Problem(
                            Problem.Kind.LEFT_BEHIND,
                            "the destination filled it without saying whether all points found a place, so the source is kept"));
        }
        return Optional.empty();
    }
}
