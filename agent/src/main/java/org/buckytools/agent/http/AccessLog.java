package org.buckytools.agent.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line a request: client, method, path, status, bytes sent, milliseconds. */
final class AccessLog implements RequestLog {
    private final Logger lines;

    private AccessLog(Logger lines) {
        this.lines = lines;
    }

    /** On the logger {@code access}. */
    static AccessLog ofRequests() {
        return new AccessLog(LoggerFactory.getLogger("access"));
    }

    /** On the logger {@code rehearsal}, which writes them nowhere, but does all else that the other one does. */
    static AccessLog ofRehearsal() {
        return new AccessLog(LoggerFactory.getLogger("rehearsal"));
    }

    @Override
    public void log(Request request, Response response) {
        if (lines.isInfoEnabled()) {
            // Put together here: the logger would do it with a list of arguments, and boxes for the numbers.
            lines.info(Request.getRemoteAddr(request)
                    + ' '
                    + request.getMethod()
                    + ' '
                    + request.getHttpURI().getPathQuery()
                    + ' '
                    + response.getStatus()
                    + ' '
                    + Response.getContentBytesWritten(response)
                    + ' '
                    + (System.nanoTime() - request.getBeginNanoTime()) / 1_000_000);
        }
    }
}
