package org.buckytools.protocol.client;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.buckytools.protocol.Headers;
import org.buckytools.protocol.MetricQuery;
import org.buckytools.protocol.MetricQueryForm;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonMessage;

/** A request that is sent over an {@link HttpChannel}, if need be more than once. Its path is one of the protocol's own. */
final class HttpRequest {
    private static final int SCRATCH_BYTES = 16 * 1024;

    private final String method;
    private final String path;
    private final String contentType;
    private final boolean saysNow;

    /** Null for a form of unknown length. */
    private final byte[] body;

    private final Optional<MetricQuery> form;

    private HttpRequest(
            String method, String path, String contentType, boolean saysNow, byte[] body, Optional<MetricQuery> form) {
        this.method = method;
        this.path = requireNonNull(path, "path is null");
        this.contentType = contentType;
        this.saysNow = saysNow;
        this.body = body;
        this.form = form;
    }

    /** Asks for a document. */
    static HttpRequest get(String path) {
        return new HttpRequest("GET", path, "", false, new byte[0], Optional.empty());
    }

    /** Sends a message. */
    static HttpRequest post(String path, JsonMessage message) {
        return new HttpRequest("POST", path, Json.CONTENT_TYPE, true, Json.toBytes(message), Optional.empty());
    }

    /** Sends a query as a form, which is written as it goes if it is long. */
    static HttpRequest post(String path, MetricQuery query) {
        Optional<MetricQuery> form = query.names().isPresent() ? Optional.of(query) : Optional.empty();
        return new HttpRequest("POST", path, Headers.FORM, true, form.isPresent() ? null : bytes(query), form);
    }

    private static byte[] bytes(MetricQuery query) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            MetricQueryForm.write(query, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not thrown by an array
        }
        return bytes.toByteArray();
    }

    /**
     * The head.
     *
     * @param now Unix seconds
     */
    String head(String host, String software, Optional<String> token, long now) {
        String length = "";
        if (body == null) {
            length = "Transfer-Encoding: chunked";
        } else if (!contentType.isEmpty()) {
            length = "Content-Length: " + body.length;
        }
        return head(method, path, host, software, contentType, length, token, saysNow ? Long.toString(now) : "");
    }

    /** A head; {@code contentType}, {@code length} and {@code now} may be empty. */
    static String head(
            String method,
            String path,
            String host,
            String software,
            String contentType,
            String length,
            Optional<String> token,
            String now) {
        token.ifPresent(ClientOptions::requireHeaderValue);
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
        head.append(host).append("\r\nUser-Agent: ").append(software);
        head.append("\r\nAccept-Encoding: identity\r\n");
        if (!contentType.isEmpty()) {
            head.append("Content-Type: ").append(contentType).append("\r\n");
        }
        if (!length.isEmpty()) {
            head.append(length).append("\r\n");
        }
        if (!now.isEmpty()) {
            head.append(Headers.NOW).append(": ").append(now).append("\r\n");
        }
        if (token.isPresent()) {
            head.append(Headers.AUTHORIZATION).append(": ").append(token.get()).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** Sends all of it. */
    void send(HttpChannel channel, String head, Duration writeTimeout) throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
        channel.send(head, body == null ? new byte[0] : body, scratch, writeTimeout);
        if (form.isPresent()) {
            HttpChannel.ChunkedBody chunks = channel.chunkedBody(scratch);
            OutputStream sink = new BufferedOutputStream(new Chunks(chunks));
            MetricQueryForm.write(form.get(), sink);
            sink.flush();
            chunks.end();
        }
    }

    private static final class Chunks extends OutputStream {
        private final HttpChannel.ChunkedBody body;

        Chunks(HttpChannel.ChunkedBody body) {
            this.body = body;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            body.write(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
