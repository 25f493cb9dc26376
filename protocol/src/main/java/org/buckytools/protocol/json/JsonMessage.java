package org.buckytools.protocol.json;

import tools.jackson.core.JsonGenerator;

/** Something that is one JSON value on the wire. */
@FunctionalInterface
public interface JsonMessage {
    /** Writes exactly one value; is only called by {@link Json} and {@link JsonLinesWriter}, which handle the generator's exceptions. */
    void writeTo(JsonGenerator json);
}
