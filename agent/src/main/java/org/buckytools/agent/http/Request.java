package org.buckytools.agent.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.buckytools.agent.auth.Acl;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricName;

/** One request as handlers see it. For the request's own thread. */
final class Request {
    private static final int SHORT_FORM_BYTES = 64 * 1024;

    private final String method;
    private final RequestTarget target;
    private final Function<String, String> headers;
    private final RequestBody body;
    private final String client;
    private Optional<MetricName> metric = Optional.empty();
    private Optional<Acl.Access> access = Optional.empty();
    private Optional<Map<String, String>> query = Optional.empty();
    private Optional<Map<String, String>> form = Optional.empty();

    /**
     * @param headers a header's value, null if there is none
     * @param client address of the caller, for the log
     */
    Request(String method, RequestTarget target, Function<String, String> headers, RequestBody body, String client) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.client = client;
    }

    String method() {
        return method;
    }

    RequestTarget target() {
        return target;
    }

    String client() {
        return client;
    }

    /** A header's value; the first where there are several. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.apply(name));
    }

    /** A parameter of the query. */
    Optional<String> queryParameter(String name) throws BadRequestException {
        if (query.isEmpty()) {
            query = Optional.of(target.queryParameters());
        }
        return Optional.ofNullable(query.get().get(name));
    }

    /** A parameter of the form in the body, or else of the query. Only for forms that are a few lines long. */
    Optional<String> parameter(String name) throws IOException {
        if (form.isEmpty()) {
            form = Optional.of(hasForm() ? RequestTarget.parameters(shortForm()) : Map.of());
        }
        String value = form.get().get(name);
        return value == null ? queryParameter(name) : Optional.of(value);
    }

    /** Whether the body is a form. */
    boolean hasForm() {
        return method.equals("POST")
                && header("Content-Type")
                        .map(type -> type.toLowerCase(Locale.ROOT).startsWith(Headers.FORM))
                        .orElse(false);
    }

    RequestBody body() {
        return body;
    }

    /** The caller's token, to be handed on to daemons that this one asks for the caller. */
    Optional<String> token() throws BadRequestException {
        Optional<String> token = header(Headers.AUTHORIZATION).filter(text -> !text.isEmpty());
        if (token.isPresent() && !token.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new BadRequestException("the header " + Headers.AUTHORIZATION + " holds no bare token");
        }
        return token;
    }

    /** The metric in the path. Only for routes that have one. */
    MetricName metricName() {
        return metric.orElseThrow();
    }

    /** What the caller may do; the route has checked what it names, a handler checks what only it can know. */
    Acl.Access access() {
        return access.orElseThrow();
    }

    private String shortForm() throws IOException {
        byte[] bytes = body.stream().readNBytes(SHORT_FORM_BYTES + 1);
        if (bytes.length > SHORT_FORM_BYTES) {
            throw new BadRequestException("the form is longer than " + SHORT_FORM_BYTES + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void setMetricName(MetricName name) {
        metric = Optional.of(name);
    }

    void setAccess(Acl.Access granted) {
        access = Optional.of(granted);
    }
}
