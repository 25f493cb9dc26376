package org.buckytools.protocol.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** Turns messages into bytes and back. Streams that are passed in stay open. */
public final class Json {
    /** {@code Content-Type} of one message. */
    public static final String CONTENT_TYPE = "application/json";

    /** Longest text in a message, in UTF-16 units: a generous expression, several times the longest metric name. */
    public static final int MAX_TEXT = 65_536;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER = 64;
    private static final int MAX_FIELD_NAME = 256;

    /** Several times the longest metric name, which is a field's name where an object maps names. */
    private static final int MAX_MAPPED_NAME = 16_384;

    /** Immutable and safe for use by many threads, as Jackson's factories are. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_FIELD_NAME)
                    .maxStringLength(MAX_TEXT)
                    .build())
            // A message is UTF-8 (RFC 8259, 8.1): bytes that begin like UTF-16 or UTF-32 are no message, not another
            // encoding.
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            // A message that fails half-way must not be completed to something that looks whole.
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .rootValueSeparator("")
            .build();

    private static final JsonFactory ASCII_FACTORY =
            FACTORY.rebuild().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** For objects with very many fields, of which each is met once: their names are not kept to be found again. */
    private static final JsonFactory MAP_FACTORY = FACTORY.rebuild()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_MAPPED_NAME)
                    .maxStringLength(MAX_TEXT)
                    .build())
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private Json() {}

    /** Takes a field whose value is a text. */
    @FunctionalInterface
    public interface TextField {
        /** An {@link IllegalArgumentException} with a text for people says what is wrong with it. */
        void accept(String name, String value);
    }

    /** Reads one value at a time; called with the input standing on the value's first token. */
    @FunctionalInterface
    public interface Reader<T> {
        /** Reads the value and leaves the input on its last token. */
        T read(JsonInput input) throws IOException;
    }

    /** Writes a message as UTF-8, without closing or flushing {@code sink}. */
    public static void write(OutputStream sink, JsonMessage message) throws IOException {
        write(FACTORY, sink, message);
    }

    /** The message as UTF-8. */
    public static byte[] toBytes(JsonMessage message) {
        return toBytes(FACTORY, message);
    }

    /** The message in ASCII, everything else as {@code \}{@code u} escapes, as a header needs it. */
    public static String toAscii(JsonMessage message) {
        return new String(toBytes(ASCII_FACTORY, message), StandardCharsets.US_ASCII);
    }

    /**
     * Reads a document that is one value.
     *
     * @param what what the document is, as the subject of an error message: {@code "the answer to GET /hashring"}
     * @throws MalformedMessageException if it is not such a value, is cut, or has something behind it
     * @throws IOException what {@code source} throws
     */
    public static <T> T read(InputStream source, String what, Reader<T> reader) throws IOException {
        return read(() -> FACTORY.createParser(ObjectReadContext.empty(), source), what, reader);
    }

    /** As {@link #read(InputStream, String, Reader)}, from UTF-8. */
    public static <T> T read(byte[] source, String what, Reader<T> reader) throws IOException {
        return read(() -> FACTORY.createParser(ObjectReadContext.empty(), source), what, reader);
    }

    /** As {@link #read(InputStream, String, Reader)}. */
    public static <T> T read(String source, String what, Reader<T> reader) throws IOException {
        return read(() -> FACTORY.createParser(ObjectReadContext.empty(), source), what, reader);
    }

    /**
     * Reads a document that is an array of texts, handing each on before the next is read. {@code null} in place of the
     * array counts as an empty one: that is how Go writes a list that was never filled.
     */
    public static void readTexts(InputStream source, String what, Consumer<String> texts) throws IOException {
        read(source, what, input -> {
            input.texts(texts);
            return what;
        });
    }

    /**
     * Reads a document that is an object of any number of texts, handing each on before the next is read. A name that comes
     * twice is handed on twice.
     */
    public static void readTextFields(InputStream source, String what, TextField fields) throws IOException {
        // Jackson fails on bytes if it is to keep no names and to look for no encoding, so it gets characters.
        var characters = new InputStreamReader(source, StandardCharsets.UTF_8.newDecoder());
        read(() -> MAP_FACTORY.createParser(ObjectReadContext.empty(), characters), what, input -> {
            input.beginObject();
            for (String name = input.nextField(); name != null; name = input.nextField()) {
                String field = name;
                input.text(value -> {
                    fields.accept(field, value);
                    return value;
                });
            }
            return what;
        });
    }

    /**
     * A generator of UTF-8 for what is written in pieces. Its calls throw the unchecked
     * {@link JacksonException}; hand that to {@link #rethrow}.
     */
    static JsonGenerator generator(OutputStream sink) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), sink, JsonEncoding.UTF8);
    }

    static JsonParser parser(InputStream source) {
        return FACTORY.createParser(ObjectReadContext.empty(), source);
    }

    /** The stream's own exception if that was it, else an {@link IllegalStateException} since only a defect writes bad JSON. */
    static IOException rethrow(JacksonException failure) {
        if (failure instanceof JacksonIOException io) {
            return io.getCause();
        }
        throw new IllegalStateException("wrote a message that is not JSON", failure);
    }

    private static void write(JsonFactory factory, OutputStream sink, JsonMessage message) throws IOException {
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), sink, JsonEncoding.UTF8)) {
            message.writeTo(json);
        } catch (JacksonException e) {
            throw rethrow(e);
        }
    }

    private static byte[] toBytes(JsonFactory factory, JsonMessage message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            write(factory, bytes, message);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not thrown by an array
        }
        return bytes.toByteArray();
    }

    @FunctionalInterface
    private interface ParserSource {
        JsonParser open();
    }

    private static <T> T read(ParserSource source, String what, Reader<T> reader) throws IOException {
        // Opening looks at the first bytes already.
        try (JsonParser parser = source.open()) {
            JsonInput input = new JsonInput(parser, what);
            if (parser.nextToken() == null) {
                throw new MalformedMessageException(what + " is empty");
            }
            T value = reader.read(input);
            JsonToken behind = parser.nextToken();
            if (behind != null) {
                throw new MalformedMessageException(what + " goes on behind its end");
            }
            return value;
        } catch (JacksonException e) {
            throw JsonInput.translate(what, e);
        }
    }
}
