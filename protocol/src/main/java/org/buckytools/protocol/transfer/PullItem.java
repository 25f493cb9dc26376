package org.buckytools.protocol.transfer;

import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * One metric to be pulled.
 *
 * @param from its name at the source
 * @param to its name at the daemon that pulls
 */
public record PullItem(MetricName from, MetricName to) implements JsonMessage {

    /** The name, if it stays the same; else an array of the two. */
    @Override
    public void writeTo(JsonGenerator json) {
        if (from.equals(to)) {
            json.writeString(from.value());
            return;
        }
        json.writeStartArray();
        json.writeString(from.value());
        json.writeString(to.value());
        json.writeEndArray();
    }

    /** Reads what {@link #writeTo} writes. */
    public static PullItem read(JsonInput input) throws MalformedMessageException {
        if (input.isText()) {
            MetricName name = input.text(MetricName::new);
            return new PullItem(name, name);
        }
        MetricName from = null;
        MetricName to = null;
        input.beginArray();
        for (int i = 0; input.nextElement(); i++) {
            switch (i) {
                case 0 -> from = input.text(MetricName::new);
                case 1 -> to = input.text(MetricName::new);
                default -> input.skip();
            }
        }
        return new PullItem(input.required(from, "from"), input.required(to, "to"));
    }
}
