package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.util.List;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import tools.jackson.core.JsonGenerator;

/** The field {@code metrics} that requests about many metrics have. */
final class MetricArray {
    /** Bounds what one request can make a daemon hold. */
    static final int MAX_ITEMS = 4096;

    static final String FIELD = "metrics";

    private MetricArray() {}

    /** A copy of what a request was made with, if it can be sent; {@code request} as in "a stat". */
    static List<MetricName> checked(String request, List<MetricName> metrics) {
        List<MetricName> copy = List.copyOf(metrics);
        if (copy.isEmpty() || copy.size() > MAX_ITEMS) {
            throw new IllegalArgumentException(request + " has 1 to " + MAX_ITEMS + " metrics, not " + copy.size());
        }
        return copy;
    }

    static void write(JsonGenerator json, List<MetricName> metrics) {
        json.writeName(FIELD);
        json.writeStartArray();
        metrics.forEach(metric -> json.writeString(metric.value()));
        json.writeEndArray();
    }

    /** Reads the field's value. */
    static List<MetricName> read(JsonInput input) throws IOException {
        return input.list(MAX_ITEMS, element -> element.text(MetricName::new));
    }

    /** A message of nothing else. */
    static void writeAlone(JsonGenerator json, List<MetricName> metrics) {
        json.writeStartObject();
        write(json, metrics);
        json.writeEndObject();
    }

    /** Reads what {@link #writeAlone} writes. */
    static List<MetricName> readAlone(JsonInput input) throws IOException {
        List<MetricName> metrics = List.of();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case FIELD -> metrics = read(input);
                default -> input.skip();
            }
        }
        requireAny(input, metrics);
        return metrics;
    }

    /** To be called when all fields have been read. */
    static void requireAny(JsonInput input, List<MetricName> metrics) throws IOException {
        if (metrics.isEmpty()) {
            throw input.problem("there are no metrics");
        }
    }
}
