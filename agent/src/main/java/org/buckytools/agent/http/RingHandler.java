package org.buckytools.agent.http;

import org.buckytools.protocol.RingDescription;

/** {@code GET /hashring}: what this daemon was told of the ring. */
final class RingHandler implements Handler {
    private final RingDescription ring;

    RingHandler(RingDescription ring) {
        this.ring = ring;
    }

    @Override
    public Response handle(Request request) {
        return Response.json(ring);
    }
}
