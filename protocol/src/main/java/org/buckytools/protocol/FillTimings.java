package org.buckytools.protocol;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
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
 * @param leftBehind points of the upload that found no place in the file ({@code LeftBehind}, ours; a Go client ignores it): if
 *     not 0, or not known as from a Go daemon that filled a file, the upload's source must not be deleted
 */
public record FillTimings(long download, long dump, long fill, long compress, long copy, OptionalLong leftBehind)
        implements JsonMessage {
    /** Nothing measured. */
    public static final FillTimings NONE = new FillTimings(0, 0, 0, 0, 0);

    public FillTimings {
        requireNonNull(leftBehind, "left behind is null");
    }

    /** Times only. */
    public FillTimings(long download, long dump, long fill, long compress, long copy) {
        this(download, dump, fill, compress, copy, OptionalLong.empty());
    }

    /** The same, with the points that found no place. */
    public FillTimings withLeftBehind(long points) {
        return new FillTimings(download, dump, fill, compress, copy, OptionalLong.of(points));
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("Download", download);
        json.writeNumberProperty("Dump", dump);
        json.writeNumberProperty("Fill", fill);
        json.writeNumberProperty("Compress", compress);
        json.writeNumberProperty("Copy", copy);
        leftBehind.ifPresent(points -> json.writeNumberProperty("LeftBehind", points));
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes; a field that is missing is 0. */
    public static FillTimings read(JsonInput input) throws MalformedMessageException {
        long download = 0;
        long dump = 0;
        long fill = 0;
        long compress = 0;
        long copy = 0;
        OptionalLong leftBehind = OptionalLong.empty();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "Download" -> download = nanos(input);
                case "Dump" -> dump = nanos(input);
                case "Fill" -> fill = nanos(input);
                case "Compress" -> compress = nanos(input);
                case "Copy" -> copy = nanos(input);
                case "LeftBehind" -> leftBehind = OptionalLong.of(input.number(0, Long.MAX_VALUE));
                default -> input.skip();
            }
        }
        return new FillTimings(download, dump, fill, compress, copy, leftBehind);
    }

    private static long nanos(JsonInput input) throws MalformedMessageException {
        return input.number(Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
