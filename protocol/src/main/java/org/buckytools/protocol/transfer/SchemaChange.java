package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * What is to be different about files, in words: whether they make sense is for the daemon to say, which knows the format.
 *
 * @param resize another retention for one archive
 * @param added retentions of archives that there are to be, {@code 5m:1y}
 * @param dropped retentions of archives that there are not to be
 * @param aggregation the new method's name
 * @param xFilesFactor the new share, 0 to 1
 * @param keepsValues whether values stay as they are where the method changes between average and sum
 */
public record SchemaChange(
        Optional<Resize> resize,
        List<String> added,
        List<String> dropped,
        Optional<String> aggregation,
        Optional<Double> xFilesFactor,
        boolean keepsValues)
        implements JsonMessage {
    /** More archives than a file can have. */
    public static final int MAX_ARCHIVES = 256;

    /**
     * Another retention for an archive.
     *
     * @param index of the archive, 0 for the finest
     * @param retention {@code 60s:30d}
     */
    public record Resize(int index, String retention) {
        public Resize {
            requireNonNull(retention, "retention is null");
        }
    }

    public SchemaChange {
        requireNonNull(resize, "resize is null");
        requireNonNull(aggregation, "aggregation is null");
        requireNonNull(xFilesFactor, "xFilesFactor is null");
        added = List.copyOf(added);
        dropped = List.copyOf(dropped);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        resize.ifPresent(one -> {
            json.writeNumberProperty("index", one.index());
            json.writeStringProperty("retention", one.retention());
        });
        strings(json, "add", added);
        strings(json, "drop", dropped);
        aggregation.ifPresent(method -> json.writeStringProperty("aggregation", method));
        xFilesFactor.ifPresent(share -> json.writeNumberProperty("xFilesFactor", share));
        json.writeBooleanProperty("keepValues", keepsValues);
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> texts) {
        json.writeName(name);
        json.writeStartArray();
        texts.forEach(json::writeString);
        json.writeEndArray();
    }

    /** Reads what {@link #writeTo} writes. */
    public static SchemaChange read(JsonInput input) throws IOException {
        int index = -1;
        Optional<String> retention = Optional.empty();
        List<String> added = List.of();
        List<String> dropped = List.of();
        Optional<String> aggregation = Optional.empty();
        Optional<Double> xFilesFactor = Optional.empty();
        boolean keepsValues = false;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "index" -> index = input.integer(0, MAX_ARCHIVES - 1);
                case "retention" -> retention = input.optionalText();
                case "add" -> added = input.list(MAX_ARCHIVES, JsonInput::text);
                case "drop" -> dropped = input.list(MAX_ARCHIVES, JsonInput::text);
                case "aggregation" -> aggregation = input.optionalText();
                case "xFilesFactor" -> xFilesFactor = Optional.of(input.real());
                case "keepValues" -> keepsValues = input.flag();
                default -> input.skip();
            }
        }
        if ((index >= 0) != retention.isPresent()) {
            throw input.problem("index and retention go together");
        }
        int archive = index;
        return new SchemaChange(
                retention.map(text -> new Resize(archive, text)),
                added,
                dropped,
                aggregation,
                xFilesFactor,
                keepsValues);
    }
}
