package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/modify}: gives each metric's file another schema, keeping its points. The answer is a stream of
 * {@link ModifyResult}, one a metric. A request can be repeated: what is as wanted is left alone.
 *
 * @param change what is wanted
 * @param dryRun whether only to say what would become of each
 * @param now the time that decides which points are too old, in Unix seconds; without it, the daemon's clock
 * @param metrics 1 to {@value #MAX_ITEMS}
 */
public record ModifyRequest(SchemaChange change, boolean dryRun, OptionalLong now, List<MetricName> metrics)
        implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = MetricArray.MAX_ITEMS;

    /** The last time that a Whisper file knows. */
    private static final long LAST_TIME = 0xFFFF_FFFFL;

    public ModifyRequest {
        requireNonNull(change, "change is null");
        requireNonNull(now, "now is null");
        metrics = MetricArray.checked("a modify", metrics);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeName("change");
        change.writeTo(json);
        json.writeBooleanProperty("dryRun", dryRun);
        now.ifPresent(time -> json.writeNumberProperty("now", time));
        MetricArray.write(json, metrics);
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static ModifyRequest read(JsonInput input) throws IOException {
        SchemaChange change = null;
        // Who leaves it out by mistake has lost nothing.
        boolean dryRun = true;
        OptionalLong now = OptionalLong.empty();
        List<MetricName> metrics = List.of();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "change" -> change = SchemaChange.read(input);
                case "dryRun" -> dryRun = input.flag();
                case "now" -> now = OptionalLong.of(input.number(0, LAST_TIME));
                case MetricArray.FIELD -> metrics = MetricArray.read(input);
                default -> input.skip();
            }
        }
        MetricArray.requireAny(input, metrics);
        return new ModifyRequest(input.required(change, "change"), dryRun, now, metrics);
    }
}
