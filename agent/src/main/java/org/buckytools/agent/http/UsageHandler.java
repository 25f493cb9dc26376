package org.buckytools.agent.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import org.buckytools.agent.inventory.Inventory;
import org.buckytools.agent.store.MetricStore;

/** {@code POST /v2/usage}: how much space the metrics take that the query means, looked up here. */
final class UsageHandler implements Handler {
    /** Each keeps the disk busy; more of them would only take longer. */
    private static final int AT_ONCE = 2;

    private final Inventory inventory;
    private final MetricStore store;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    UsageHandler(Inventory inventory, MetricStore store) {
        this.inventory = inventory;
        this.store = store;
    }

    @Override
    public Response handle(Request request) throws IOException {
        WantedMetrics wanted = WantedMetrics.of(request, inventory);
        return ResultLines.response(lines -> {
            try {
                places.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while others measure");
            }
            try {
                lines.send(new UsageSurvey(store, wanted.select(), lines).run());
            } finally {
                places.release();
            }
        });
    }
}
