package org.buckytools.protocol;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.JsonMessage;
import org.buckytools.protocol.json.MalformedMessageException;
import tools.jackson.core.JsonGenerator;

/**
 * What {@code X-Metric-Stat} says of a stored file.
 *
 * @param name the metric
 * @param size the file's apparent size in bytes, before any encoding
 * @param mode its permission bits, e.g. 0644
 * @param modTime when it was last written, Unix seconds
 * @param encoding how the body that goes with it is encoded
 */
public record MetricStat(MetricName name, long size, int mode, long modTime, Encoding encoding) implements JsonMessage {
    /** The header's name in requests and answers. */
    public static final String HEADER = "X-Metric-Stat";

    /** What a file gets whose mode nobody said; mode 0 counts as unsaid, since not even its writer could open such a file. */
    public static final int DEFAULT_MODE = 0644;

    private static final String WHAT = "the header " + HEADER;

    public MetricStat {
        requireNonNull(name, "name is null");
        requireNonNull(encoding, "encoding is null");
        if (size < 0) {
            throw new IllegalArgumentException("the size of " + name + " is negative: " + size);
        }
    }

    /** The same with another name, for a metric that is stored under it. */
    public MetricStat withName(MetricName other) {
        return new MetricStat(other, size, mode, modTime, encoding);
    }

    /** The same for a body that is encoded like this. */
    public MetricStat withEncoding(Encoding other) {
        return new MetricStat(name, size, mode, modTime, other);
    }

    /** The header's value, in ASCII. */
    public String toHeader() {
        return Json.toAscii(this);
    }

    /**
     * Reads a header's value. Its {@code Name} is not looked at: the request's path says which metric is meant.
     *
     * @param value characters, or UTF-8 bytes taken for ISO 8859-1 as HTTP servers do with headers; nothing here depends on it
     * @return empty if it is {@code null}, which a Go daemon says of a metric that is not there
     * @throws MalformedMessageException if it is neither
     */
    public static Optional<MetricStat> ofHeader(String value, MetricName metric) throws MalformedMessageException {
        try {
            return Json.read(value.getBytes(StandardCharsets.UTF_8), WHAT, input -> readNullable(input, metric));
        } catch (MalformedMessageException e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedMessageException(
                    WHAT + " cannot be read: " + e.getMessage(), e); // not thrown by an array
        }
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("Name", name.value());
        json.writeNumberProperty("Size", size);
        json.writeNumberProperty("Mode", mode);
        json.writeNumberProperty("ModTime", modTime);
        json.writeNumberProperty("Encoding", encoding.code());
        json.writeEndObject();
    }

    /** Reads what {@link #writeTo} writes; {@code null} stands for a metric that is not there. */
    public static Optional<MetricStat> readNullable(JsonInput input) throws MalformedMessageException {
        return readNullable(input, null);
    }

    private static Optional<MetricStat> readNullable(JsonInput input, MetricName metric)
            throws MalformedMessageException {
        if (input.isNull()) {
            return Optional.empty();
        }
        MetricName name = metric;
        long size = -1;
        int mode = 0;
        long modTime = 0;
        Encoding encoding = Encoding.IDENTITY;
        input.beginObject();
        for (String field; (field = input.nextField()) != null; ) {
            switch (field) {
                case "Name" -> {
                    if (metric == null) {
                        name = input.text(MetricName::new);
                    } else {
                        input.skip();
                    }
                }
                case "Size" -> size = input.number(0, Long.MAX_VALUE);
                // Go sends its own FileMode, in which the permission bits are the lowest nine.
                case "Mode" -> mode = (int) (input.number(0, Long.MAX_VALUE) & 0777);
                case "ModTime" -> modTime = input.number(Long.MIN_VALUE, Long.MAX_VALUE);
                case "Encoding" -> encoding = input.integer(0, 1) == 0 ? Encoding.IDENTITY : Encoding.SNAPPY;
                default -> input.skip();
            }
        }
        if (size < 0) {
            throw input.problem("the field Size is missing");
        }
        return Optional.of(
                new MetricStat(input.required(name, "Name"), size, mode == 0 ? DEFAULT_MODE : mode, modTime, encoding));
    }
}
