package org.buckytools.protocol.transfer;

import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * One metric to delete if it still is what was copied.
 *
 * @param metric its name
 * @param version as {@link PullResult#version} or {@code /v2/stat} gave it
 */
public record DeleteItem(MetricName metric, String version) implements JsonMessage {

    private static final int MAX_VERSION = 256;

    /** An array of the two. */
    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartArray();
        json.writeString(metric.value());
        json.writeString(version);
        json.writeEndArray();
    }

    /** Reads what {@link #writeTo} writes. */
    public static DeleteItem read(JsonInput input) throws MalformedMessageException {
        MetricName metric = null;
        String version = null;
        input.beginArray();
        for (int i = 0; input.nextElement(); i++) {
            switch (i) {
                case 0 -> metric = input.text(MetricName::new);
                case 1 -> version = input.text(MAX_VERSION);
                default -> input.skip();
            }
        }
        return new DeleteItem(input.required(metric, "name"), input.required(version, "version"));
    }
}
