package org.buckytools.cli.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.Encoding;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentClient;
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
        try (Relay relay = new Relay(source, item, stat.size())) {
            FillTimings timings = destination.client().fill(item.to(), announced, relay);
            return Optional.of(new Stored(stat.size(), relay.version(), obstacle(timings, exists)));
        } catch (AgentException e) {
            if (wasDeleted(e, source)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What comes from the source is what goes to the destination; each try of the upload has a download of its own. */
    private final class Relay implements AgentClient.Upload, AutoCloseable {
        private final Node source;
        private final PullItem item;
        private final long announced;
        private Optional<Download> download = Optional.empty();
        private Optional<String> version = Optional.empty();

        Relay(Node source, PullItem item, long announced) {
            this.source = source;
            this.item = item;
            this.announced = announced;
        }

        /** Asks for the metric, as the answer says by which clock its points may be new. */
        @Override
        public OptionalLong begin() throws AgentException {
            close();
            download = source.client().get(item.from(), settings.encoded());
            if (download.isEmpty()) {
                throw new AgentRefusedException(source.address(), 404, source + " has no metric " + item.from());
            }
            long size = download.get().stat().size();
            if (size != announced) {
                throw new AgentRefusedException(
                        source.address(),
                        500,
                        item.from() + " on " + source + " had " + announced + " bytes and now has " + size,
                        AgentException.Retry.NEVER);
            }
            return download.get().now();
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            try (Download begun = download.orElseThrow()) {
                begun.content().transferTo(sink);
                version = source.speaksVersion2() ? begun.version() : V1Version.of(begun.stat(), clock);
            }
        }

        /** Of what was written last. */
        Optional<String> version() {
            return version;
        }

        /** Gives up what was asked for and not read, if the upload could not be sent. */
        @Override
        public void close() {
            if (download.isPresent()) {
                try {
                    download.get().close();
                } catch (IOException e) {
                    throw new UncheckedIOException("the connection to " + source + " cannot be given up", e);
                }
            }
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
