package org.buckytools.agent.pull;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.client.AgentClient;
import org.buckytools.protocol.client.AgentException;
import org.buckytools.protocol.transfer.DeleteItem;
import org.buckytools.protocol.transfer.DeleteRequest;
import org.buckytools.protocol.transfer.DeleteResult;
import org.buckytools.protocol.transfer.PullResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a pull's source delete what is durable here: only what was copied whole, only the version that was copied, and nobody who
 * has a file open there is waited for. Whatever is not deleted, for whatever reason, is left to whoever asked for the pull, who is
 * told the version. For one thread at a time.
 */
final class SourceRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(SourceRemoval.class);

    private final AgentClient source;
    private final IntFunction<MetricName> names;

    /** Once a request has failed as a whole, the next one hardly fares better, and who asked for the pull will say why. */
    private boolean broken;

    /**
     * @param source where the metrics come from
     * @param names of the metrics at the source, by the index of their results
     */
    SourceRemoval(AgentClient source, IntFunction<MetricName> names) {
        this.source = source;
        this.names = names;
    }

    /** The same results after what can be deleted is. */
    List<PullResult> after(List<PullResult> copied) {
        List<DeleteItem> items = new ArrayList<>(copied.size());
        int[] places = new int[copied.size()];
        for (int i = 0; i < copied.size() && !broken; i++) {
            PullResult result = copied.get(i);
            if (result.failure().isEmpty()
                    && result.leftBehind() == 0
                    && result.version().isPresent()) {
                places[items.size()] = i;
                items.add(new DeleteItem(
                        names.apply(result.index()), result.version().get()));
            }
        }
        if (items.isEmpty()) {
            return copied;
        }
        List<PullResult> results = new ArrayList<>(copied);
        BitSet gone = gone(items);
        for (int i = gone.nextSetBit(0); i >= 0; i = gone.nextSetBit(i + 1)) {
            results.set(places[i], copied.get(places[i]).afterRemoval());
        }
        return results;
    }

    /** Which of these the source has no more. */
    private BitSet gone(List<DeleteItem> items) {
        BitSet gone = new BitSet(items.size());
        try {
            source.deleteUnchanged(new DeleteRequest(items, true), result -> {
                if (result.outcome() != DeleteResult.Outcome.KEPT) {
                    gone.set(result.index(), result.index() + result.count());
                }
            });
        } catch (AgentException e) {
            broken = true;
            LOG.warn("copied metrics are left at their source: {}", e.getMessage());
        }
        return gone;
    }
}
