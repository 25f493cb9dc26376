package org.buckytools.agent.http;

import java.io.IOException;

/**
 * Turns one request into one answer. It runs on a virtual thread of its own and may block. It knows neither the server
 * library nor the status of a failure: what it throws becomes an answer in {@link ErrorResponses}.
 */
@FunctionalInterface
interface Handler {
    Response handle(Request request) throws IOException;
}
