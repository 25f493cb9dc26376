package org.buckytools.agent.pull;

import java.io.IOException;
import java.time.Duration;
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
 * told the version. Results wait for each other a little, as a request costs as much as many deletes. For one thread at a time.
 */
final class SourceRemoval implements PullService.Results {
    private static final Logger LOG = LoggerFactory.getLogger(SourceRemoval.class);

    /** Results that make a request, */
    private static final int TOGETHER = 256;

    /** or fewer, when the first has waited so long for others. */
    private static final Duration WAIT = Duration.ofMillis(200);

    private final AgentClient source;
    private final IntFunction<MetricName> names;
    private final PullService.Results results;
    private final List<PullResult> waiting = new ArrayList<>();
    private long firstNanos;

    /** Once a request has failed as a whole, the next one hardly fares better, and who asked for the pull will say why. */
    private boolean broken;

    /**
     * @param source where the metrics come from
     * @param names of the metrics at the source, by the index of their results
     * @param results told of each metric after its removal; throws what it throws
     */
    SourceRemoval(AgentClient source, IntFunction<MetricName> names, PullService.Results results) {
        this.source = source;
        this.names = names;
        this.results = results;
    }

    @Override
    public void accept(List<PullResult> durable) throws IOException {
        if (waiting.isEmpty()) {
            firstNanos = System.nanoTime();
        }
        waiting.addAll(durable);
        if (broken || waiting.size() >= TOGETHER || System.nanoTime() - firstNanos >= WAIT.toNanos()) {
            finish();
        }
    }

    /** Has what still waits deleted, and reports it. */
    void finish() throws IOException {
        if (!waiting.isEmpty()) {
            List<PullResult> done = List.copyOf(waiting);
            waiting.clear();
            results.accept(broken ? done : remove(done));
        }
    }

    /** The same results after what can be deleted is. */
    private List<PullResult> remove(List<PullResult> durable) {
        List<DeleteItem> items = new ArrayList<>(durable.size());
        int[] places = new int[durable.size()];
        for (int i = 0; i < durable.size(); i++) {
            PullResult result = durable.get(i);
            if (result.failure().isEmpty()
                    && result.leftBehind() == 0
                    && result.version().isPresent()) {
                places[items.size()] = i;
                items.add(new DeleteItem(
                        names.apply(result.index()), result.version().get()));
            }
        }
        if (items.isEmpty()) {
            return durable;
        }
        List<PullResult> removed = new ArrayList<>(durable);
        BitSet gone = delete(items);
        for (int i = gone.nextSetBit(0); i >= 0; i = gone.nextSetBit(i + 1)) {
            removed.set(places[i], durable.get(places[i]).afterRemoval());
        }
        return removed;
    }

    /** Which of these the source has no more. */
    private BitSet delete(List<DeleteItem> items) {
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
