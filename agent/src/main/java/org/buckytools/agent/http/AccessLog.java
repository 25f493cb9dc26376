package org.buckytools.agent.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line a request on the logger {@code access}: client, method, path, status, bytes sent, milliseconds. */
final class AccessLog implements RequestLog {
    private static final Logger ACCESS = LoggerFactory.getLogger("access");

    @Override
    public void log(Request request, Response response) {
        if (ACCESS.isInfoEnabled()) {
            ACCESS.info(
                    "{} {} {} {} {} {}",
                    Request.getRemoteAddr(request),
                    request.getMethod(),
                    request.getHttpURI().getPathQuery(),
                    response.getStatus(),
                    Response.getContentBytesWritten(response),
                    (System.nanoTime() - request.getBeginNanoTime()) / 1_000_000);
        }
    }
}
