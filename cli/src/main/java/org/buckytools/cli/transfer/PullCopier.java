package org.buckytools.cli.transfer;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.MetricStat;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.client.AgentRefusedException;
import org.buckytools.protocol.transfer.ItemFailure;
import org.buckytools.protocol.transfer.PullItem;
import org.buckytools.protocol.transfer.PullRequest;
import org.buckytools.protocol.transfer.PullResult;

/** Lets a destination of version 2 fetch many metrics by itself. */
final class PullCopier implements Copier {
    private static final int FORBIDDEN = 403;

    private final TransferSettings settings;
    private final InstantSource clock;

    PullCopier(TransferSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void copy(Node source, Node destination, List<PullItem> items, Terms terms, Results results)
            throws AgentException {
        // A Go daemon names no versions, so what its files look like is asked before they are read.
        List<Optional<String>> before =
                settings.delete() && !source.speaksVersion2() ? stats(source, items) : List.of();
        List<String> refused = new ArrayList<>();
        PullRequest request =
                new PullRequest(source.address(), settings.encoded(), terms.remove(), terms.atOnce(), items);
        destination.client().pull(request, result -> {
            Optional<ItemFailure> failure = result.failure();
            if (failure.isPresent() && failure.get().reason() == ItemFailure.Reason.SOURCE_REFUSED) {
                refused.add(failure.get().message());
            } else {
                result.forEachIndex(
                        i -> results.accept(i, resultOf(result, before.isEmpty() ? result.version() : before.get(i))));
            }
        });
        if (!refused.isEmpty()) {
            throw new AgentRefusedException(destination.address(), FORBIDDEN, refused.getFirst());
        }
    }

    private List<Optional<String>> stats(Node source, List<PullItem> items) throws AgentException {
        List<Optional<String>> versions = new ArrayList<>();
        for (PullItem item : items) {
            Optional<MetricStat> stat = source.client().stat(item.from());
            versions.add(stat.flatMap(found -> V1Version.of(found, clock)));
        }
        return versions;
    }

    private static CopyResult resultOf(PullResult result, Optional<String> version) {
        CopyResult.Outcome outcome = switch (result.outcome()) {
            case CREATED -> CopyResult.Outcome.CREATED;
            case FILLED -> CopyResult.Outcome.FILLED;
            case UNCHANGED -> CopyResult.Outcome.UNCHANGED;
            case FAILED -> CopyResult.Outcome.FAILED;
        };
        return new CopyResult(
                outcome,
                result.size(),
                result.wireBytes(),
                version,
                Obstacles.leftBehind(result.leftBehind()),
                result.removed(),
                result.failure().map(Problems::of));
    }
}
