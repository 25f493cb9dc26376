package org.buckytools.protocol.transfer;

import static java.util.Objects.requireNonNull;

import org.buckytools.protocol.MetricName;
import tools.jackson.core.JsonGenerator;

/**
 * A metric whose size could not be looked up. A daemon names at most {@value #MOST_NAMED} of a request.
 *
 * @param metric its name
 * @param message why, for people
 */
public record UnreadableMetric(MetricName metric, String message) implements UsageLine {
    /** A broken disk has thousands of them, all for one reason. */
    public static final int MOST_NAMED = 100;

    public UnreadableMetric {
        requireNonNull(metric, "metric is null");
        requireNonNull(message, "message is null");
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("m", metric.value());
        json.writeStringProperty("message", message);
        json.writeEndObject();
    }
}
