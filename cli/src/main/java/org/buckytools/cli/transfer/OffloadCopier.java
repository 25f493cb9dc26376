package org.buckytools.cli.transfer;

import java.time.InstantSource;
import java.util.Optional;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.FillTimings;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.transfer.PullItem;

/** Lets a Go daemon of the fork fetch a metric by itself. */
final class OffloadCopier extends SingleCopier {
    private static final int BAD_REQUEST = 400;

    /** How a Go daemon that has no such call refuses it: it takes it for an upload. */
    private static final String NO_SUCH_CALL = "Content-Type must be";

    private final TransferSettings settings;
    private final InstantSource clock;

    OffloadCopier(TransferSettings settings, InstantSource clock) {
        super(settings, clock);
        this.settings = settings;
        this.clock = clock;
    }

    static boolean isNoSuchCall(AgentException failure) {
        return failure instanceof AgentRefusedException refused
                && refused.status() == BAD_REQUEST
                && refused.getMessage().contains(NO_SUCH_CALL);
    }

    @Override
    boolean concernsAll(AgentRefusedException refusal) {
        return isNoSuchCall(refusal) || refusal.status() == 401 || refusal.status() == 403;
    }

    @Override
    Optional<Stored> store(Node source, Node destination, PullItem item, MetricStat stat, boolean exists)
            throws AgentException {
        Optional<String> version = V1Version.of(stat, clock);
        Optional<FillTimings> done =
                destination.client().fetchOffload(item.to(), source.address(), item.from(), settings.encoded());
        return done.map(timings -> new Stored(stat.size(), version, Optional.empty()));
    }
}
