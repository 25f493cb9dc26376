package org.buckytools.protocol.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.buckytools.protocol.MetricName;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * {@code POST /v2/store}: brings the content of many metrics, each of which is created where there is none, else filled. The body
 * is this message, led by its length, and behind it the stream that {@link FileStreamWriter} writes, in which metric {@code i} is
 * the one at place {@code i} here; the answer is a stream of {@link PullResult}, one an item, sent while the body may still be
 * on its way.
 *
 * @param metrics 1 to {@value #MAX_ITEMS}; one that comes twice is filled by the second
 */
public record StoreRequest(List<MetricName> metrics) implements JsonMessage {
    /** Bounds what one request can make a daemon hold. */
    public static final int MAX_ITEMS = MetricArray.MAX_ITEMS;

    /** Longest message in bytes: as many of the longest names, with room for escapes. */
    private static final int MAX_BYTES = MAX_ITEMS * (2 * MetricName.MAX_BYTES + 3) + 64;

    public StoreRequest {
        metrics = MetricArray.checked("a store", metrics);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        MetricArray.writeAlone(json, metrics);
    }

    /** Reads what {@link #writeTo} writes. */
    public static StoreRequest read(JsonInput input) throws IOException {
        return new StoreRequest(MetricArray.readAlone(input));
    }

    /** The message with its length before it: the start of the body. */
    public byte[] toBodyStart() {
        byte[] message = Json.toBytes(this);
        return ByteBuffer.allocate(Integer.BYTES + message.length)
                .putInt(message.length)
                .put(message)
                .array();
    }

    /** Reads what {@link #toBodyStart} makes, and not a byte more. */
    public static StoreRequest readBodyStart(InputStream body) throws IOException {
        byte[] lead = body.readNBytes(Integer.BYTES);
        if (lead.length < Integer.BYTES) {
            throw new MalformedMessageException("the request ends before its message");
        }
        int length = ByteBuffer.wrap(lead).getInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new MalformedMessageException(
                    "the request's message has " + Integer.toUnsignedString(length) + " bytes");
        }
        // Grows with what arrives, so a length alone allocates nothing.
        byte[] message = body.readNBytes(length);
        if (message.length < length) {
            throw new MalformedMessageException("the request ends within its message");
        }
        return Json.read(message, "the request", StoreRequest::read);
    }
}
