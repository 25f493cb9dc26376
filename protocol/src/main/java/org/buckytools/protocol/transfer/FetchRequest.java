package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.util.List;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/fetch}: asks for the content of many metrics. The answer is the stream that {@link FileStreamReader} reads.
 *
 * @param encoded whether the content may be compressed
 * @param metrics 1 to {@value #MAX_ITEMS}
 */
public record FetchRequest(boolean encoded, List<MetricName> metrics) implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = 4096;

    public FetchRequest {
        metrics = List.copyOf(metrics);
        if (metrics.isEmpty() || metrics.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("a fetch has 1 to " + MAX_ITEMS + " metrics, not " + metrics.size());
        }
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeBooleanProperty("encoded", encoded);
        json.writeName("metrics");
        json.writeStartArray();
        metrics.forEach(metric -> json.writeString(metric.value()));
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static FetchRequest read(JsonInput input) throws IOException {
        boolean encoded = true;
        List<MetricName> metrics = List.of();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "encoded" -> encoded = input.flag();
                case "metrics" -> metrics = input.list(MAX_ITEMS, element -> element.text(MetricName::new));
                default -> input.skip();
            }
        }
        if (metrics.isEmpty()) {
            throw input.problem("there are no metrics");
        }
        return new FetchRequest(encoded, metrics);
    }
}
