package org.buckytools.protocol;

import java.util.Optional;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * The answer to {@code GET /v2/status}.
 *
 * @param software the daemon's name and version, for people
 * @param now its clock, Unix seconds
 * @param metrics names in its inventory, 0 while the first one is being built
 * @param inventoryReady whether there is an inventory to answer from
 * @param inventoryAge seconds since its last scan ended, -1 if none has
 * @param strangeNames files that the scan left out because their path does not come back from their name, or is no UTF-8
 * @param unplaceable tagged series stored under a bare hash, which cannot be read back to a name
 * @param unreadable directories that the scan could not read, so that what is in them is missing in the inventory
 * @param problem why the latest scan led to no inventory, so that there is an older one or none; empty if it did
 */
public record DaemonStatus(
        String software,
        long now,
        long metrics,
        boolean inventoryReady,
        long inventoryAge,
        long strangeNames,
        long unplaceable,
        long unreadable,
        Optional<String> problem)
        implements JsonMessage {

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("software", software);
        json.writeNumberProperty("now", now);
        json.writeNumberProperty("metrics", metrics);
        json.writeStringProperty("inventory", inventoryReady ? "ready" : "building");
        json.writeNumberProperty("inventoryAge", inventoryAge);
        json.writeNumberProperty("strangeNames", strangeNames);
        json.writeNumberProperty("unplaceable", unplaceable);
        json.writeNumberProperty("unreadable", unreadable);
        problem.ifPresent(text -> json.writeStringProperty("problem", text));
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static DaemonStatus read(JsonInput input) throws MalformedMessageException {
        String software = "";
        long now = 0;
        long metrics = 0;
        boolean ready = false;
        long age = -1;
        long strange = 0;
        long unplaceable = 0;
        long unreadable = 0;
        Optional<String> problem = Optional.empty();
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "software" -> software = input.text();
                case "now" -> now = input.number(0, Long.MAX_VALUE);
                case "metrics" -> metrics = input.number(0, Long.MAX_VALUE);
                case "inventory" -> ready = input.text().equals("ready");
                case "inventoryAge" -> age = input.number(-1, Long.MAX_VALUE);
                case "strangeNames" -> strange = input.number(0, Long.MAX_VALUE);
                case "unplaceable" -> unplaceable = input.number(0, Long.MAX_VALUE);
                case "unreadable" -> unreadable = input.number(0, Long.MAX_VALUE);
                case "problem" -> problem = input.optionalText();
                default -> input.skip();
            }
        }
        return new DaemonStatus(software, now, metrics, ready, age, strange, unplaceable, unreadable, problem);
    }
}
