package org.buckytools.agent.http;

import java.io.IOException;
import org.buckytools.agent.auth.AccessDeniedException;
import org.buckytools.agent.pull.SourceFailedException;
import org.buckytools.agent.pull.SourceMetricNotFoundException;
import org.buckytools.agent.pull.SourceRefusedException;
import org.buckytools.agent.store.BadUploadException;
import org.buckytools.agent.store.CompressedMetricException;
import org.buckytools.agent.store.MetricNotFoundException;
import org.buckytools.agent.store.StoreBusyException;
import org.buckytools.agent.store.StoreFullException;
import org.buckytools.protocol.ErrorBody;
import org.buckytools.protocol.json.MalformedMessageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only place where an exception becomes a status, and where it is logged. */
final class ErrorResponses {
    /** Paths below it answer errors as {@code {"error":…,"retryable":…}}; all others as text. */
    private static final String VERSION_2 = "/v2/";

    private static final Logger LOG = LoggerFactory.getLogger(ErrorResponses.class);

    private ErrorResponses() {}

    /** What kind of failure a status stands for. */
    private record Verdict(int status, boolean retryable, Blame blame) {}

    private enum Blame {
        /** The daemon or its machine: logged as an error. */
        HERE,
        /** The caller, who is told; of little interest here. */
        CALLER
    }

    /** The answer to a request that ended in {@code failure}. */
    static Response of(Request request, Exception failure) {
        Verdict verdict = judge(failure);
        log(request, failure, verdict);
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (verdict.blame() == Blame.HERE && !(failure instanceof IOException)) {
            text = "a defect of this daemon: " + failure + "; its log says more";
        }
        return response(request.target().rawPath(), verdict.status(), text, verdict.retryable());
    }

    /** The answer to a request that was refused before it had a handler. */
    static Response of(String rawPath, int status, String text) {
        return response(rawPath, status, text, status >= 502);
    }

    /** A failure after the answer's header was sent, so that the answer can only be cut off. */
    static void cutOff(Request request, Throwable failure) {
        if (failure instanceof BrokenDownloadException || failure instanceof BrokenUploadException) {
            LOG.info(
                    "{} {} of {}: {}",
                    request.method(),
                    request.target().rawPath(),
                    request.client(),
                    failure.getMessage());
        } else {
            LOG.error(
                    "{} {} of {}: the answer is cut off",
                    request.method(),
                    request.target().rawPath(),
                    request.client(),
                    failure);
        }
    }

    private static Verdict judge(Exception failure) {
        return switch (failure) {
            case InventoryNotReadyException _ -> new Verdict(202, true, Blame.CALLER);
            case BadRequestException _, MalformedMessageException _, BadUploadException _ ->
                new Verdict(400, false, Blame.CALLER);
            // Of a fetch_offload: 400 tells it from what could not be written here.
            case SourceFailedException _ -> new Verdict(400, true, Blame.CALLER);
            case BrokenUploadException _ -> new Verdict(400, true, Blame.CALLER);
            case AccessDeniedException _, SourceRefusedException _ -> new Verdict(403, false, Blame.CALLER);
            case MetricNotFoundException _, SourceMetricNotFoundException _, NoSuchRouteException _ ->
                new Verdict(404, false, Blame.CALLER);
            case CompressedMetricException _ -> new Verdict(409, false, Blame.CALLER);
            case StoreBusyException _ -> new Verdict(503, true, Blame.HERE);
            case StoreFullException _ -> new Verdict(500, true, Blame.HERE);
            default -> new Verdict(500, false, Blame.HERE);
        };
    }

    private static void log(Request request, Exception failure, Verdict verdict) {
        String method = request.method();
        String path = request.target().rawPath();
        if (verdict.blame() == Blame.CALLER) {
            LOG.debug("{} {} of {}: {}", method, path, request.client(), failure.getMessage());
        } else if (failure instanceof IOException) {
            // Its text names the metric and the file; where in our code it was noticed helps nobody.
            LOG.error("{} {} of {}: {}", method, path, request.client(), failure.toString());
            LOG.debug("thrown here", failure);
        } else {
            LOG.error("{} {} of {}: a defect", method, path, request.client(), failure);
        }
    }

    private static Response response(String rawPath, int status, String text, boolean retryable) {
        if (!rawPath.startsWith(VERSION_2)) {
            return Response.text(status, text);
        }
        return Response.json(status, new ErrorBody(text, retryable));
    }
}
