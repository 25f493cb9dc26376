package org.buckytools.agent.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.util.Callback;

/** Hands Jetty's requests to a {@link org.buckytools.agent.http.Handler} and its answers back, and counts what is in flight. */
final class JettyBridge extends org.eclipse.jetty.server.Handler.Abstract {
    /**
     * A caller who is still sending a body reads the answer only when it has sent it all, and if the connection is closed
     * before, it sees that rather than the answer. So what is left of a body of ordinary size is read and dropped.
     */
    private static final long DRAINED_BYTES = 8 << 20;

    private final org.buckytools.agent.http.Handler routes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int inFlight;
    private boolean draining;

    JettyBridge(org.buckytools.agent.http.Handler routes) {
        super(InvocationType.BLOCKING);
        this.routes = routes;
    }

    @Override
    public boolean handle(
            org.eclipse.jetty.server.Request jettyRequest,
            org.eclipse.jetty.server.Response jettyResponse,
            Callback callback) {
        boolean admitted = enter();
        try {
            // Handlers wait for disks and peers: only reads and writes of the body have a time limit.
            jettyRequest.addIdleTimeoutListener(timeout -> false);
            answer(jettyRequest, jettyResponse, admitted);
            callback.succeeded();
        } catch (Throwable e) {
            // Has been logged; Jetty closes the connection without a word of its own.
            callback.failed(new QuietException.Exception(e));
        } finally {
            if (admitted) {
                leave();
            }
        }
        return true;
    }

    /**
     * Refuses further requests and waits until those in flight have ended.
     *
     * @return whether they have
     */
    boolean drain(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            draining = true;
            long left = longest.toNanos();
            while (inFlight > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return inFlight == 0;
        } finally {
            lock.unlock();
        }
    }

    private void answer(
            org.eclipse.jetty.server.Request jettyRequest,
            org.eclipse.jetty.server.Response jettyResponse,
            boolean admitted)
            throws IOException {
        Request request = translate(jettyRequest);
        try (Response response = admitted ? respond(request) : stopping(request)) {
            boolean expectsContinue = jettyRequest.getHeaders().contains(HttpHeader.EXPECT);
            if (response.status() >= 400 && !expectsContinue) {
                drainBody(request);
            }
            send(request, response, jettyResponse);
        } finally {
            request.body().release();
        }
    }

    private Response respond(Request request) {
        try {
            return routes.handle(request);
        } catch (BrokenUploadException e) {
            // While stopping it was this daemon that broke it off, so the answer must not blame the caller.
            return isDraining() ? stopping(request) : ErrorResponses.of(request, e);
        } catch (IOException | RuntimeException e) {
            return ErrorResponses.of(request, e);
        }
    }

    private static Response stopping(Request request) {
        return ErrorResponses.of(request.target().rawPath(), 503, "this daemon is stopping");
    }

    private static void drainBody(Request request) {
        try {
            request.body().drain(DRAINED_BYTES);
        } catch (IOException e) {
            // Nothing was lost: the answer is an error already, and the connection will be closed behind it.
            request.body().release();
        }
    }

    private void send(Request request, Response response, org.eclipse.jetty.server.Response jettyResponse)
            throws IOException {
        try {
            write(request, response, jettyResponse);
        } catch (BrokenDownloadException e) {
            ErrorResponses.cutOff(request, e);
            throw e;
        } catch (IOException | RuntimeException e) {
            if (jettyResponse.isCommitted()) {
                ErrorResponses.cutOff(request, e);
                throw e;
            }
            jettyResponse.reset();
            try (Response error = ErrorResponses.of(request, e)) {
                write(request, error, jettyResponse);
            }
        }
    }

    private void write(Request request, Response response, org.eclipse.jetty.server.Response jettyResponse)
            throws IOException {
        jettyResponse.setStatus(response.status());
        HttpFields.Mutable fields = jettyResponse.getHeaders();
        response.headers().forEach(header -> fields.add(header.name(), header.value()));
        if (response.length().isPresent()) {
            fields.put(HttpHeader.CONTENT_LENGTH, response.length().getAsLong());
        }
        if (isDraining()) {
            fields.put(HttpHeader.CONNECTION, "close");
        }
        ByteBufferPool buffers = jettyResponse.getRequest().getComponents().getByteBufferPool();
        BodySink sink = new BodySink(jettyResponse, buffers);
        try {
            if (!request.method().equals("HEAD")) {
                response.body().writeTo(sink);
            }
            sink.finish();
        } finally {
            sink.release();
        }
    }

    private static Request translate(org.eclipse.jetty.server.Request jettyRequest) {
        HttpURI uri = jettyRequest.getHttpURI();
        RequestTarget target = new RequestTarget(
                uri.getPath() == null ? "" : uri.getPath(), java.util.Optional.ofNullable(uri.getQuery()));
        HttpFields headers = jettyRequest.getHeaders();
        return new Request(
                jettyRequest.getMethod(),
                target,
                headers::get,
                new RequestBody(jettyRequest),
                org.eclipse.jetty.server.Request.getRemoteAddr(jettyRequest));
    }

    private boolean enter() {
        lock.lock();
        try {
            if (!draining) {
                inFlight++;
            }
            return !draining;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            inFlight--;
            if (inFlight == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isDraining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }
}
