package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.util.List;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/stat}: stats many metrics. The answer is a stream of {@link org.buckytools.protocol.MetricStat} or
 * {@code null}, one a metric, in the order asked for.
 *
 * @param metrics 1 to {@value #MAX_ITEMS}
 */
public record StatRequest(List<MetricName> metrics) implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = MetricArray.MAX_ITEMS;

    public StatRequest {
        metrics = MetricArray.checked("a stat", metrics);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        MetricArray.writeAlone(json, metrics);
    }

    /** Reads what {@link #writeTo} writes. */
    public static StatRequest read(JsonInput input) throws IOException {
        return new StatRequest(MetricArray.readAlone(input));
    }
}
