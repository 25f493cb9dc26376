package org.buckytools.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.MalformedMessageException;

/**
 * A {@link MetricQuery} as version 1 sends it: parameters {@code regex}, {@code list} and {@code force} in a query or a form.
 * The names in {@code list} are written and read one by one, since they can be {@value #MAX_BYTES} bytes.
 *
 * @param regex only names in which this RE2 expression matches somewhere
 * @param namesGiven whether there was a {@code list}, whose names were handed on
 * @param rescan whether there was a {@code force}
 */
public record MetricQueryForm(Optional<String> regex, boolean namesGiven, boolean rescan) {
    /** Longest form accepted, as in Go: 160 MiB. */
    public static final long MAX_BYTES = 160L << 20;

    private static final int MAX_KEY = 256;

    /** Writes a query as a form, without closing or flushing {@code sink}. */
    public static void write(MetricQuery query, OutputStream sink) throws IOException {
        String separator = "";
        if (query.rescan()) {
            sink.write(ascii("force=1"));
            separator = "&";
        }
        if (query.regex().isPresent()) {
            sink.write(ascii(separator + "regex="));
            new Encoding(sink).write(query.regex().get().getBytes(StandardCharsets.UTF_8));
            separator = "&";
        }
        if (query.names().isPresent()) {
            sink.write(ascii(separator + "list="));
            Json.write(new Encoding(sink), json -> {
                json.writeStartArray();
                query.names().get().forEach(json::writeString);
                json.writeEndArray();
            });
        }
    }

    /**
     * Reads a query. As in Go a parameter of the form goes before one of the query, an earlier one before a later one of the
     * same name, and an empty one is none.
     *
     * @param rawQuery the part of the URL behind {@code ?}, not decoded; null or empty if there was none
     * @param form the request's body if it is a form, else an empty stream; stays open
     * @param names gets the names in {@code list}, in their order and perhaps more than once
     * @throws MalformedMessageException if it is no form, or longer than {@value #MAX_BYTES} bytes
     * @throws IOException what {@code form} throws
     */
    public static MetricQueryForm read(String rawQuery, InputStream form, Consumer<String> names) throws IOException {
        Builder builder = new Builder(names);
        builder.readAll(form);
        if (rawQuery != null && !rawQuery.isEmpty()) {
            builder.readAll(new ByteArrayInputStream(rawQuery.getBytes(StandardCharsets.UTF_8)));
        }
        return new MetricQueryForm(Optional.ofNullable(builder.regex), builder.namesGiven, builder.rescan);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What was found so far. */
    private static final class Builder {
        private final Consumer<String> names;
        private String regex;
        private boolean namesGiven;
        private boolean rescan;

        Builder(Consumer<String> names) {
            this.names = names;
        }

        void readAll(InputStream source) throws IOException {
            Decoding decoding = new Decoding(source);
            while (!decoding.isAtEnd()) {
                String key = decoding.key();
                Value value = new Value(decoding);
                switch (key) {
                    case "regex" -> {
                        String text = text(value);
                        regex = regex == null && !text.isEmpty() ? text : regex;
                    }
                    case "force" -> rescan |= value.read() >= 0;
                    case "list" -> readNames(value);
                    default -> {
                        // unknown to this version
                    }
                }
                value.transferTo(OutputStream.nullOutputStream());
            }
        }

        private void readNames(Value value) throws IOException {
            if (namesGiven || !value.hasContent()) {
                return;
            }
            namesGiven = true;
            Json.readTexts(value, "the parameter list", names);
        }

        private static String text(Value value) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int b; (b = value.read()) >= 0; ) {
                if (bytes.size() == Json.MAX_TEXT) {
                    throw new MalformedMessageException(
                            "the parameter regex has more than " + Json.MAX_TEXT + " bytes");
                }
                bytes.write(b);
            }
            return utf8(bytes);
        }
    }

    private static String utf8(ByteArrayOutputStream bytes) throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("a parameter is not UTF-8", e);
        }
    }

    /** A form, byte by byte and with its own buffer; {@code &} and {@code =} are told from their encoded forms. */
    private static final class Decoding {
        static final int END = -1;
        static final int NEXT_PARAMETER = -2;
        static final int VALUE_FOLLOWS = -3;

        private final InputStream source;
        private final byte[] buffer = new byte[8192];
        private int position;
        private int limit;
        private long count;

        /** The mark that ended the last part; stays until the next part is begun. */
        private int ended = NEXT_PARAMETER;

        Decoding(InputStream source) {
            this.source = source;
        }

        boolean isAtEnd() throws IOException {
            return ended == END || (position == limit && !fill());
        }

        String key() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int b; (b = decoded(true)) >= 0; ) {
                if (bytes.size() == MAX_KEY) {
                    throw new MalformedMessageException("a parameter's name has more than " + MAX_KEY + " bytes");
                }
                bytes.write(b);
            }
            return utf8(bytes);
        }

        boolean isInValue() {
            return ended == VALUE_FOLLOWS;
        }

        /** The next byte of a key or a value, or one of the marks. */
        int decoded(boolean inKey) throws IOException {
            int b = raw();
            switch (b) {
                case END -> ended = END;
                case '&' -> ended = NEXT_PARAMETER;
                case '=' -> {
                    if (!inKey) {
                        return b;
                    }
                    ended = VALUE_FOLLOWS;
                }
                case '+' -> {
                    return ' ';
                }
                case '%' -> {
                    int high = raw();
                    int low = raw();
                    if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
                        throw new MalformedMessageException(
                                "a parameter has a % that is not followed by two hexadecimal digits");
                    }
                    return HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low);
                }
                default -> {
                    return b;
                }
            }
            return ended;
        }

        /** Takes bytes that stand for themselves, as many as are in the buffer; most of a long list are such. */
        int takePlain(byte[] bytes, int offset, int most) {
            int taken = 0;
            while (taken < most && position < limit) {
                byte b = buffer[position];
                if (b == '&' || b == '=' || b == '+' || b == '%') {
                    break;
                }
                bytes[offset + taken++] = b;
                position++;
            }
            return taken;
        }

        private int raw() throws IOException {
            if (position == limit && !fill()) {
                return END;
            }
            return buffer[position++] & 0xFF;
        }

        private boolean fill() throws IOException {
            int got = source.read(buffer);
            if (got <= 0) {
                return false;
            }
            count += got;
            if (count > MAX_BYTES) {
                throw new MalformedMessageException("Query larger than 160MiB");
            }
            position = 0;
            limit = got;
            return true;
        }
    }

    /** One parameter's value, decoded. */
    private static final class Value extends InputStream {
        private static final int NONE = -1;

        private final Decoding decoding;
        private boolean ended;
        private int ahead = NONE;

        Value(Decoding decoding) {
            this.decoding = decoding;
            this.ended = !decoding.isInValue();
        }

        boolean hasContent() throws IOException {
            ahead = read();
            return ahead != NONE;
        }

        @Override
        public int read() throws IOException {
            if (ahead != NONE) {
                int b = ahead;
                ahead = NONE;
                return b;
            }
            if (ended) {
                return -1;
            }
            int b = decoding.decoded(false);
            if (b < 0) {
                ended = true;
                return -1;
            }
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = 0;
            while (got < length) {
                int b = read();
                if (b < 0) {
                    break;
                }
                bytes[offset + got++] = (byte) b;
                got += decoding.takePlain(bytes, offset + got, length - got);
            }
            return got == 0 && length > 0 ? -1 : got;
        }
    }

    /** Encodes what is written as the value of a form's parameter. */
    private static final class Encoding extends FilterOutputStream {
        private static final byte[] HEX = ascii("0123456789ABCDEF");

        private final byte[] buffer = new byte[4096];

        Encoding(OutputStream sink) {
            super(sink);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int used = 0;
            for (int i = offset; i < offset + length; i++) {
                if (used + 3 > buffer.length) {
                    out.write(buffer, 0, used);
                    used = 0;
                }
                byte b = bytes[i];
                if (isLeftAsItIs(b)) {
                    buffer[used++] = b;
                } else if (b == ' ') {
                    buffer[used++] = '+';
                } else {
                    buffer[used++] = '%';
                    buffer[used++] = HEX[b >> 4 & 15];
                    buffer[used++] = HEX[b & 15];
                }
            }
            out.write(buffer, 0, used);
        }

        private static boolean isLeftAsItIs(byte b) {
            return (b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || b == '-'
                    || b == '_'
                    || b == '.';
        }
    }
}
