package org.buckytools.protocol.json;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;

/**
 * A message that is being read. Each method takes the value at which the input stands and checks that it is of its kind.
 * An object is read as
 *
 * <pre>{@code
 * input.beginObject();
 * for (String field; (field = input.nextField()) != null; ) {
 *     switch (field) {
 *         case "Size" -> size = input.number(0, Long.MAX_VALUE);
 *         default -> input.skip();
 *     }
 * }
 * }</pre>
 */
public final class JsonInput {
    private final JsonParser parser;
    private final String what;

    /** INVARIANT: true only while the parser stands on the first name (or the end) of an object that was peeked into. */
    private boolean peeked;

    JsonInput(JsonParser parser, String what) {
        this.parser = parser;
        this.what = requireNonNull(what, "what is null");
    }

    /** Enters the object at which the input stands. */
    public void beginObject() throws MalformedMessageException {
        if (!peeked && parser.currentToken() != JsonToken.START_OBJECT) {
            throw expected("an object");
        }
    }

    /** The next field's name, with the input then standing on its value; null at the object's end. */
    public String nextField() throws MalformedMessageException {
        JsonToken token = peeked ? parser.currentToken() : parser.nextToken();
        peeked = false;
        if (token == JsonToken.END_OBJECT) {
            return null;
        }
        String name = parser.currentName();
        parser.nextToken();
        return name;
    }

    /** A text. */
    public String text() throws MalformedMessageException {
        if (!isText()) {
            throw expected("a text");
        }
        return parser.getString();
    }

    /** A text of at most {@code longest} UTF-16 units. */
    public String text(int longest) throws MalformedMessageException {
        String text = text();
        if (text.length() > longest) {
            throw problem("a text of " + text.length() + " characters, at most " + longest + " are allowed");
        }
        return text;
    }

    /** A text; {@code null} and {@code ""} count as none. */
    public Optional<String> optionalText() throws MalformedMessageException {
        return isNull() ? Optional.empty() : Optional.of(text()).filter(text -> !text.isEmpty());
    }

    /** A text that {@code parse} accepts; its {@link IllegalArgumentException} says what is wrong otherwise. */
    public <T> T text(TextParser<T> parse) throws MalformedMessageException {
        String text = text();
        try {
            return parse.parse(text);
        } catch (IllegalArgumentException e) {
            throw problem(e.getMessage(), e);
        }
    }

    /** A whole number from {@code least} to {@code most}. */
    public long number(long least, long most) throws MalformedMessageException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw expected("a whole number");
        }
        long value = parser.getLongValue();
        if (value < least || value > most) {
            throw problem(value + " is not between " + least + " and " + most);
        }
        return value;
    }

    /** As {@link #number}, for what fits into an int. */
    public int integer(int least, int most) throws MalformedMessageException {
        return (int) number(least, most);
    }

    /** A number, with or without a fraction. */
    public double real() throws MalformedMessageException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw expected("a number");
        }
        return parser.getDoubleValue();
    }

    /** {@code true} or {@code false}. */
    public boolean flag() throws MalformedMessageException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw expected("true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** Whether the value is {@code null}. */
    public boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** Whether the value is a text. */
    public boolean isText() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    /** Leaves out the value, whatever it is. */
    public void skip() {
        parser.skipChildren();
    }

    /** An array of at most {@code most} values. */
    public <T> List<T> list(int most, Json.Reader<T> element) throws IOException {
        List<T> list = new ArrayList<>();
        beginArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (list.size() == most) {
                throw problem("more than " + most + " elements");
            }
            list.add(element.read(this));
        }
        return list;
    }

    /** An array of any number of texts, each handed on before the next is read; {@code null} counts as an empty one. */
    public void texts(Consumer<String> texts) throws IOException {
        if (isNull()) {
            return;
        }
        beginArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.accept(text());
        }
    }

    /** Enters the array at which the input stands; use with {@link #nextElement}. */
    public void beginArray() throws MalformedMessageException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw expected("an array");
        }
    }

    /** Whether the array goes on; the input then stands on its next value. */
    public boolean nextElement() {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    /** {@code value}, which must not be null because the field {@code name} must be there. */
    public <T> T required(T value, String name) throws MalformedMessageException {
        if (value == null) {
            throw problem("the field " + name + " is missing");
        }
        return value;
    }

    /** What is to be thrown if the message is refused by its record: {@code problem} says why. */
    public MalformedMessageException problem(String problem) {
        return problem(problem, null);
    }

    /** As {@link #problem(String)}, with the exception that said so. */
    public MalformedMessageException problem(String problem, Throwable cause) {
        String pointer = parser.streamReadContext().pathAsPointer().toString();
        return new MalformedMessageException(
                what + (pointer.isEmpty() ? "" : " at " + pointer) + ": " + problem, cause);
    }

    /** Whether the object at which the input stands has {@code name} as its first field; it can still be read whole. */
    boolean peekFirstField(String name) throws MalformedMessageException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        JsonToken first = parser.nextToken();
        peeked = true;
        return first == JsonToken.PROPERTY_NAME && parser.currentName().equals(name);
    }

    private MalformedMessageException expected(String kind) {
        return problem("expected " + kind + ", found " + describe(parser.currentToken()));
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case null -> "the end";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case VALUE_NULL -> "null";
            default -> token.toString();
        };
    }

    /** The source's own exception if that was it, else that the message is malformed. */
    static IOException translate(String what, JacksonException failure) {
        if (failure instanceof JacksonIOException io) {
            // A decoder says so of bytes that are no characters: they are the message's fault, not the source's.
            return io.getCause() instanceof CharacterCodingException notCharacters
                    ? new MalformedMessageException(what + " is not UTF-8: " + notCharacters.getMessage(), failure)
                    : io.getCause();
        }
        String place = failure.getLocation() == null
                ? ""
                : " at line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr();
        return new MalformedMessageException(
                what + " is not the JSON it should be" + place + ": " + failure.getOriginalMessage(), failure);
    }

    /** Makes a value of a text. */
    @FunctionalInterface
    public interface TextParser<T> {
        /** Throws {@link IllegalArgumentException} with a text for people if it cannot. */
        T parse(String text);
    }
}
