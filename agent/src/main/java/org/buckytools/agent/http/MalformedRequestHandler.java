package org.buckytools.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what is not even HTTP in one line of text, in place of Jetty's page. */
final class MalformedRequestHandler implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object failure = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        String text = failure instanceof HttpException http && http.getReason() != null
                ? "the request is not HTTP that this daemon understands: " + http.getReason()
                : "the request is not HTTP that this daemon understands";
        if (response.getStatus() >= 500) {
            text = "a defect of this daemon; its log says more";
        }
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, line.length);
        response.write(true, ByteBuffer.wrap(line), callback);
        return true;
    }
}
