package org.buckytools.agent.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonLinesWriter;
import org.buckytools.protocol.json.JsonMessage;

/**
 * One answer: a status, headers, and a body that is either there or written when the headers have been sent. It is
 * {@link #close closed} when it has been sent, or could not be, and then gives back what its body holds.
 */
final class Response implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final int status;
    private final List<Header> headers = new ArrayList<>();
    private final OptionalLong length;
    private final Body body;
    private final Runnable release;

    private Response(int status, OptionalLong length, Body body, Runnable release) {
        this.status = status;
        this.length = length;
        this.body = body;
        this.release = release;
    }

    /** One header of the answer. */
    record Header(String name, String value) {}

    /** Writes a body; it need not flush at its end. */
    @FunctionalInterface
    interface Body {
        void writeTo(BodySink sink) throws IOException;
    }

    /** Writes the lines of an answer; {@code {"end":true}} is added behind it. */
    @FunctionalInterface
    interface Lines {
        void writeTo(JsonLinesWriter lines) throws IOException;
    }

    /** 200 without a body. */
    static Response empty() {
        return empty(200);
    }

    static Response empty(int status) {
        return new Response(status, OptionalLong.of(0), sink -> {}, () -> {});
    }

    /** A line for people. */
    static Response text(int status, String line) {
        return bytes(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** 200 and one message. */
    static Response json(JsonMessage message) {
        return json(200, message);
    }

    static Response json(int status, JsonMessage message) {
        return bytes(status, Json.CONTENT_TYPE, Json.toBytes(message));
    }

    /** 200 and a stream of messages, one a line; the writer decides when to flush. */
    static Response lines(Lines lines) {
        return stream(JsonLinesWriter.CONTENT_TYPE, OptionalLong.empty(), sink -> {
            JsonLinesWriter writer = new JsonLinesWriter(sink);
            lines.writeTo(writer);
            writer.end();
        });
    }

    /** 200 and a body that is written as it goes. */
    static Response stream(String contentType, OptionalLong length, Body body) {
        return stream(200, contentType, length, body, () -> {});
    }

    /** A body that is written as it goes; {@code release} is called once, however that ends. */
    static Response stream(int status, String contentType, OptionalLong length, Body body, Runnable release) {
        return new Response(status, length, body, release).with("Content-Type", contentType);
    }

    private static Response bytes(int status, String contentType, byte[] bytes) {
        return new Response(status, OptionalLong.of(bytes.length), sink -> sink.write(bytes, 0, bytes.length), () -> {})
                .with("Content-Type", contentType);
    }

    /** Adds a header, whose value must be printable ASCII. */
    Response with(String name, String value) {
        headers.add(new Header(requireNonNull(name, "name is null"), requireNonNull(value, "value is null")));
        return this;
    }

    int status() {
        return status;
    }

    List<Header> headers() {
        return headers;
    }

    /** The body's length in bytes; empty if it shows only at its end. */
    OptionalLong length() {
        return length;
    }

    Body body() {
        return body;
    }

    @Override
    public void close() {
        release.run();
    }
}
