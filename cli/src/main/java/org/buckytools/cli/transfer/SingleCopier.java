package org.buckytools.cli.transfer;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.transfer.PullItem;

/** Copies one metric after the other by calls of version 1, with what such calls make necessary around them. */
abstract sealed class SingleCopier implements Copier permits OffloadCopier, ClientCopier {
    private final TransferSettings settings;
    private final InstantSource clock;

    SingleCopier(TransferSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** What was stored. */
    record Stored(long size, Optional<String> version, Optional<Problem> obstacle) {}

    /**
     * Stores one metric at the destination.
     *
     * @param stat of the source, just now
     * @param exists whether the destination has the metric already
     * @return empty if the source has no such metric any more
     */
    abstract Optional<Stored> store(Node source, Node destination, PullItem item, MetricStat stat, boolean exists)
            throws AgentException;

    @Override
    public final void copy(Node source, Node destination, List<PullItem> items, Terms terms, Results results)
            throws AgentException {
        for (int i = 0; i < items.size(); i++) {
            try {
                results.accept(i, copy(source, destination, items.get(i)));
            } catch (AgentRefusedException e) {
                if (concernsAll(e)) {
                    throw e;
                }
                Problem problem =
                        e.daemon().equals(source.address()) ? Problems.ofSource(e) : Problems.ofDestination(e);
                results.accept(i, CopyResult.failed(problem.kind(), problem.message()));
            }
        }
    }

    /** Whether a refusal is not of this metric but of what was asked. */
    abstract boolean concernsAll(AgentRefusedException refusal);

    private CopyResult copy(Node source, Node destination, PullItem item) throws AgentException {
        Optional<MetricStat> stat = source.client().stat(item.from());
        if (stat.isEmpty()) {
            return notFound(source, item);
        }
        boolean exists = destination.client().stat(item.to()).isPresent();
        boolean inexact = exists && !destination.speaksVersion2();
        if (inexact && !settings.trustV1Fill()) {
            Problem problem = Obstacles.inexactFill(destination);
            return CopyResult.failed(problem.kind(), problem.message());
        }
        if (settings.delete() && !exists && !destination.speaksVersion2() && V1Version.isYoung(stat.get(), clock)) {
            // It would have to be copied once more before it may be deleted, and the Go daemon cannot fill its first
            // copy exactly.
            return CopyResult.failed(
                    Problem.Kind.BEING_WRITTEN, item.from() + " on " + source + " was written just now");
        }
        Optional<Stored> stored = store(source, destination, item, stat.get(), exists);
        if (stored.isEmpty()) {
            return notFound(source, item);
        }
        long size = stored.get().size();
        if (!exists && !isWhole(destination, item, size)) {
            return CopyResult.failed(
                    Problem.Kind.BROKEN,
                    destination + " does not have the " + size + " bytes of " + item.to() + " that it was given");
        }
        return new CopyResult(
                exists ? CopyResult.Outcome.FILLED : CopyResult.Outcome.CREATED,
                size,
                size,
                stored.get().version(),
                stored.get().obstacle(),
                false,
                Optional.empty());
    }

    /** A Go daemon does not look at what it has written; ours has, and is believed. */
    private static boolean isWhole(Node destination, PullItem item, long size) throws AgentException {
        if (destination.speaksVersion2()) {
            return true;
        }
        Optional<MetricStat> there = destination.client().stat(item.to());
        return there.isPresent() && there.get().size() == size;
    }

    private static CopyResult notFound(Node source, PullItem item) {
        return CopyResult.failed(Problem.Kind.NOT_FOUND, source + " has no metric " + item.from());
    }
}
