package org.buckytools.protocol.transfer;

import java.io.IOException;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;

/**
 * A line of the answer to {@code POST /v2/usage}, which asks for metrics by the form of {@code POST /metrics}: first some {@link
 * UnreadableMetric}s, and at last one {@link SpaceUsage}.
 */
public sealed interface UsageLine extends JsonMessage permits SpaceUsage, UnreadableMetric {
    /** Reads a line of either kind. */
    static UsageLine read(JsonInput input) throws IOException {
        MetricName metric = null;
        String message = "";
        long metrics = 0;
        long bytes = 0;
        long allocated = 0;
        long absent = 0;
        long unreadable = 0;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "m" -> metric = input.text(MetricName::new);
                case "message" -> message = input.text();
                case "metrics" -> metrics = input.number(0, Long.MAX_VALUE);
                case "bytes" -> bytes = input.number(0, Long.MAX_VALUE);
                case "allocated" -> allocated = input.number(0, Long.MAX_VALUE);
                case "absent" -> absent = input.number(0, Long.MAX_VALUE);
                case "unreadable" -> unreadable = input.number(0, Long.MAX_VALUE);
                default -> input.skip();
            }
        }
        return metric == null
                ? new SpaceUsage(metrics, bytes, allocated, absent, unreadable)
                : new UnreadableMetric(metric, message);
    }
}
