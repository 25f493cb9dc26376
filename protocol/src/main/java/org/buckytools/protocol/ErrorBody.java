package org.buckytools.protocol;

import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * What a daemon says with an error status on a request of version 2. (On version 1 it is a plain text.)
 *
 * @param error for people: what failed, why, and what to do
 * @param retryable whether the same request can succeed later without anyone doing anything
 */
public record ErrorBody(String error, boolean retryable) implements JsonMessage {

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("error", error);
        json.writeBooleanProperty("retryable", retryable);
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static ErrorBody read(JsonInput input) throws MalformedMessageException {
        String error = null;
        boolean retryable = false;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "error" -> error = input.text();
                case "retryable" -> retryable = input.flag();
                default -> input.skip();
            }
        }
        return new ErrorBody(input.required(error, "error"), retryable);
    }
}
