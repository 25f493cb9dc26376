package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.buckytools.protocol.RingDescription;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/misplaced}: asks a daemon which of its metrics the given ring puts elsewhere, so that nothing crosses
 * the wire for metrics that are in place. The answer is what {@link org.buckytools.protocol.OwnedNameWriter} writes, or an array of names.
 *
 * @param ring the ring to judge by; for a daemon that is being drained it is the ring of the others
 * @param host this daemon's host in that ring; a host that is not in the ring owns nothing, so all is misplaced
 * @param regex only names in which this RE2 expression matches somewhere
 * @param exceptPrefixes names starting with one of these are left out (metrics that daemons write about themselves)
 * @param namesOnly whether the answer is an array of names, as that of {@code /metrics}, without owners
 * @param rescan whether the inventory is to be rescanned first
 */
public record MisplacedQuery(
        RingDescription ring,
        String host,
        Optional<String> regex,
        List<String> exceptPrefixes,
        boolean namesOnly,
        boolean rescan)
        implements JsonMessage {
    public MisplacedQuery {
        exceptPrefixes = List.copyOf(exceptPrefixes);
    }

    /** Bounds what a query can make a daemon hold. */
    public static final int MAX_PREFIXES = 1024;

    /** The same without {@code rescan}, to be asked once that has been asked for. */
    public MisplacedQuery withoutRescan() {
        return new MisplacedQuery(ring, host, regex, exceptPrefixes, namesOnly, false);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeName("ring");
        ring.writeTo(json);
        json.writeStringProperty("host", host);
        regex.ifPresent(expression -> json.writeStringProperty("regex", expression));
        json.writeName("exceptPrefixes");
        json.writeStartArray();
        exceptPrefixes.forEach(json::writeString);
        json.writeEndArray();
        json.writeBooleanProperty("namesOnly", namesOnly);
        json.writeBooleanProperty("rescan", rescan);
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes. */
    public static MisplacedQuery read(JsonInput input) throws IOException {
        RingDescription ring = null;
        String host = null;
        Optional<String> regex = Optional.empty();
        List<String> exceptPrefixes = List.of();
        boolean namesOnly = false;
        boolean rescan = false;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "ring" -> ring = RingDescription.read(input);
                case "host" -> host = input.text();
                case "regex" -> regex = input.optionalText();
                case "exceptPrefixes" -> exceptPrefixes = input.list(MAX_PREFIXES, JsonInput::text);
                case "namesOnly" -> namesOnly = input.flag();
                case "rescan" -> rescan = input.flag();
                default -> input.skip();
            }
        }
        return new MisplacedQuery(
                input.required(ring, "ring"), input.required(host, "host"), regex, exceptPrefixes, namesOnly, rescan);
    }
}
