package org.buckytools.agent.http;

import java.time.Duration;
import java.time.Instant;
import org.buckytools.agent.inventory.InventoryStatus;
import org.buckytools.protocol.DaemonStatus;

/** {@code GET /v2/status}: what the daemon knows of itself. */
final class StatusHandler implements Handler {
    private final Services services;

    StatusHandler(Services services) {
        this.services = services;
    }

    @Override
    public Response handle(Request request) {
        InventoryStatus status = services.inventory().status();
        Instant now = services.clock().instant();
        long age = status.builtAt()
                .map(built -> Math.max(0, Duration.between(built, now).toSeconds()))
                .orElse(-1L);
        return Response.json(new DaemonStatus(
                services.ring().software().orElse(""),
                now.getEpochSecond(),
                status.metrics(),
                status.ready(),
                age,
                status.strangeNames(),
                status.unplaceable(),
                status.unreadable(),
                status.problem()));
    }
}
