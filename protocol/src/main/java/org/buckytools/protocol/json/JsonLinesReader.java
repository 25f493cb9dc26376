package org.buckytools.protocol.json;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * Reads an answer of {@value JsonLinesWriter#CONTENT_TYPE}, one message a line, handing each on as soon as it has arrived.
 * An answer that does not end with {@code {"end":true}} was cut off and ends in an {@link EOFException}. A line has at most
 * {@value #MAX_LINE_BYTES} bytes.
 *
 * @param <T> what a line is
 */
public final class JsonLinesReader<T> implements AutoCloseable {
    /** Longest line accepted: the longest metric name, all escaped, with some owners and a message. */
    public static final int MAX_LINE_BYTES = 131_072;

    private final BoundedLines lines;
    private final String what;
    private final Json.Reader<T> reader;
    private JsonParser parser;
    private JsonInput input;
    private boolean ended;

    /**
     * Takes {@code source} over.
     *
     * @param what what the answer is, as the subject of an error message: {@code "the answer to POST /v2/pull"}
     */
    public JsonLinesReader(InputStream source, String what, Json.Reader<T> reader) {
        this.lines = new BoundedLines(source, what);
        this.what = what;
        this.reader = reader;
    }

    /**
     * The next message; empty at the end of a whole answer. A line {@code null} is passed to the reader too.
     *
     * @throws EOFException if the answer ends before its end
     * @throws MalformedMessageException if a line is not what it should be
     * @throws IOException what the source throws
     */
    public Optional<T> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        try {
            if (parser == null) {
                // Opening waits for the first bytes already, so it is not done in the constructor.
                parser = Json.parser(lines);
                input = new JsonInput(parser, what);
            }
            if (parser.nextToken() == null) {
                throw cutOff(null);
            }
            if (!input.peekFirstField("end")) {
                return Optional.of(reader.read(input));
            }
            readEnd();
            return Optional.empty();
        } catch (StreamReadException e) {
            // The parser has several ways to complain of an end, but none before it has seen it.
            throw lines.ended ? cutOff(e) : JsonInput.translate(what, e);
        } catch (JacksonException e) {
            throw JsonInput.translate(what, e);
        }
    }

    /** Hands every message that is left to {@code messages}; throws as {@link #next}. */
    public void readAll(Consumer<? super T> messages) throws IOException {
        Optional<T> message = next();
        while (message.isPresent()) {
            messages.accept(message.get());
            message = next();
        }
    }

    private void readEnd() throws MalformedMessageException {
        for (String field; (field = input.nextField()) != null; ) {
            if (field.equals("end")) {
                if (!input.flag()) {
                    throw input.problem("the end cannot be false");
                }
            } else {
                input.skip();
            }
        }
        JsonToken behind = parser.nextToken();
        if (behind != null) {
            throw input.problem("it goes on behind its end");
        }
        ended = true;
    }

    private EOFException cutOff(Throwable cause) {
        EOFException cut = new EOFException(what + " was cut off before its end");
        cut.initCause(cause);
        return cut;
    }

    /** Closes the source. */
    @Override
    public void close() throws IOException {
        try (lines) {
            if (parser != null) {
                parser.close();
            }
        } catch (JacksonException e) {
            throw JsonInput.translate(what, e);
        }
    }

    /** Keeps a peer from sending a line without end. */
    private static final class BoundedLines extends FilterInputStream {
        private final String what;
        private int length;
        private boolean ended;

        BoundedLines(InputStream source, String what) {
            super(source);
            this.what = what;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            ended = b < 0;
            length = b == '\n' ? 0 : length + 1;
            check();
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int count) throws IOException {
            int got = super.read(buffer, offset, count);
            ended = got < 0;
            if (got <= MAX_LINE_BYTES - length) {
                // No line in it can be too long: only the last one's beginning matters.
                int last = offset + got - 1;
                while (last >= offset && buffer[last] != '\n') {
                    last--;
                }
                length = last < offset ? length + Math.max(got, 0) : offset + got - 1 - last;
                return got;
            }
            for (int i = 0; i < got; i++) {
                if (buffer[offset + i] == '\n') {
                    length = 0;
                } else {
                    length++;
                    check();
                }
            }
            return got;
        }

        private void check() throws MalformedMessageException {
            if (length > MAX_LINE_BYTES) {
                throw new MalformedMessageException(what + " has a line of more than " + MAX_LINE_BYTES + " bytes");
            }
        }
    }
}
