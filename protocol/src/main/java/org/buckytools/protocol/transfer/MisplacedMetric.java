package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * A metric that is not on (or not only where) the ring wants it.
 *
 * @param metric its name
 * @param owners the hosts that should have it, in ring order; at least one
 * @param size its apparent size in bytes; -1 if it was not asked for or the file is gone
 */
public record MisplacedMetric(MetricName metric, List<String> owners, long size) implements JsonMessage {
    public MisplacedMetric {
        owners = List.copyOf(owners);
    }

    /** Bounds what a line can make us hold: more owners than any ring has replicas. */
    public static final int MAX_OWNERS = 1024;

    @Override
    public void writeTo(JsonGenerator json) {
        byte[] name = metric.value().getBytes(StandardCharsets.UTF_8);
        write(json, name, name.length, owners, size);
    }

    /**
     * Writes the same as {@link #writeTo} from a name that is bytes already: where millions pass, no object is made of each.
     *
     * @param utf8 holds the name in its first {@code length} bytes
     */
    public static void write(JsonGenerator json, byte[] utf8, int length, List<String> owners, long size) {
        json.writeStartObject();
        json.writeName("m");
        json.writeUTF8String(utf8, 0, length);
        json.writeName("o");
        json.writeStartArray();
        for (int i = 0; i < owners.size(); i++) {
            json.writeString(owners.get(i));
        }
        json.writeEndArray();
        if (size >= 0) {
            json.writeNumberProperty("s", size);
        }
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static MisplacedMetric read(JsonInput input) throws IOException {
        MetricName metric = null;
        List<String> owners = null;
        long size = -1;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "m" -> metric = input.text(MetricName::new);
                case "o" -> owners = input.list(MAX_OWNERS, JsonInput::text);
                case "s" -> size = input.number(-1, Long.MAX_VALUE);
                default -> input.skip();
            }
        }
        return new MisplacedMetric(input.required(metric, "m"), input.required(owners, "o"), size);
    }
}
