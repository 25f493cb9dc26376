package org.buckytools.protocol.json;

import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;

/**
 * Writes an answer of {@value #CONTENT_TYPE}: one message a line, and at last {@link #end}, without which the reader takes
 * the answer for cut off. Not for use by several threads at once. Lines are gathered until {@link #flush}.
 */
public final class JsonLinesWriter implements AutoCloseable {
    /** {@code Content-Type} of such an answer. */
    public static final String CONTENT_TYPE = "application/x-ndjson";

    private final OutputStream sink;
    private final JsonGenerator json;

    /** Takes {@code sink} over, but closes it only in {@link #close}. */
    public JsonLinesWriter(OutputStream sink) {
        this.sink = sink;
        this.json = Json.generator(sink);
    }

    /** Adds one line. */
    public void write(JsonMessage message) throws IOException {
        try {
            message.writeTo(json);
            json.writeRaw('\n');
        } catch (JacksonException e) {
            throw Json.rethrow(e);
        }
    }

    /** Adds a line {@code null}, which stands for an element that is not there. */
    public void writeNull() throws IOException {
        write(JsonGenerator::writeNull);
    }

    /** Sends what was gathered, so that the reader knows it now. */
    public void flush() throws IOException {
        handOver();
        sink.flush();
    }

    private void handOver() throws IOException {
        try {
            json.flush();
        } catch (JacksonException e) {
            throw Json.rethrow(e);
        }
    }

    /** Says that the answer is whole. All is with the sink then, which need not have sent it. */
    public void end() throws IOException {
        write(line -> {
            line.writeStartObject();
            line.writeBooleanProperty("end", true);
            line.writeEndObject();
        });
        handOver();
    }

    /** Closes the sink; an answer without {@link #end} counts as cut off. */
    @Override
    public void close() throws IOException {
        try (sink) {
            json.close();
        } catch (JacksonException e) {
            throw Json.rethrow(e);
        }
    }
}
