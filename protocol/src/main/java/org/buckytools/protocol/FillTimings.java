package org.buckytools.protocol;

import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * The answer to a PUT or POST of version 1: nanoseconds spent in each stage, 0 where there was none.
 *
 * @param download receiving the body
 * @param dump writing it to a temporary file
 * @param fill merging it into the file on disk
 * @param compress compressing or decompressing
 * @param copy copying it to its place
 */
public record FillTimings(long download, long dump, long fill, long compress, long copy) implements JsonMessage {
    /** Nothing measured. */
    public static final FillTimings NONE = new FillTimings(0, 0, 0, 0, 0);

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("Download", download);
        json.writeNumberProperty("Dump", dump);
        json.writeNumberProperty("Fill", fill);
        json.writeNumberProperty("Compress", compress);
        json.writeNumberProperty("Copy", copy);
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes; a field that is missing is 0. */
    public static FillTimings read(JsonInput input) throws MalformedMessageException {
        long download = 0;
        long dump = 0;
        long fill = 0;
        long compress = 0;
        long copy = 0;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "Download" -> download = nanos(input);
                case "Dump" -> dump = nanos(input);
                case "Fill" -> fill = nanos(input);
                case "Compress" -> compress = nanos(input);
                case "Copy" -> copy = nanos(input);
                default -> input.skip();
            }
        }
        return new FillTimings(download, dump, fill, compress, copy);
    }

    private static long nanos(JsonInput input) throws MalformedMessageException {
        return input.number(Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
