package org.buckytools.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.buckytools.protocol.json.MalformedMessageException;

/** Paths of the protocol, and how a metric's name stands in one. */
public final class Routes {
    /** The ring. */
    public static final String HASHRING = "/hashring";

    /** The list of metrics. */
    public static final String METRICS = "/metrics";

    /** What every path of one metric begins with. */
    public static final String METRIC_PREFIX = "/metrics/";

    /** The query that makes {@code POST /metrics/NAME} a fetch by the daemon itself. */
    public static final String FETCH_OFFLOAD_QUERY = "fetch_offload=true";

    /** {@link DaemonStatus}. */
    public static final String STATUS = "/v2/status";

    /** {@link org.buckytools.protocol.transfer.MisplacedQuery}. */
    public static final String MISPLACED = "/v2/misplaced";

    /** {@link org.buckytools.protocol.transfer.StatRequest}. */
    public static final String STAT = "/v2/stat";

    /** {@link org.buckytools.protocol.transfer.UsageLine}. */
    public static final String USAGE = "/v2/usage";

    /** {@link org.buckytools.protocol.transfer.PullRequest}. */
    public static final String PULL = "/v2/pull";

    /** {@link org.buckytools.protocol.transfer.FetchRequest}. */
    public static final String FETCH = "/v2/fetch";

    /** {@link org.buckytools.protocol.transfer.StoreRequest}. */
    public static final String STORE = "/v2/store";

    /** {@link org.buckytools.protocol.transfer.DeleteRequest}. */
    public static final String DELETE = "/v2/delete";

    /** {@link org.buckytools.protocol.transfer.ModifyRequest}. */
    public static final String MODIFY = "/v2/modify";

    // What Go's net/url leaves as it is in a path; it writes everything else as % and two upper-case digits.
    private static final String UNESCAPED = "-_.~$&+,:;=@";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Routes() {}

    /** {@code /metrics/NAME} with the name percent-encoded byte for byte as a Go client does. */
    public static String metricPath(MetricName metric) {
        StringBuilder path = new StringBuilder(METRIC_PREFIX);
        for (byte b : metric.value().getBytes(StandardCharsets.UTF_8)) {
            if (isLeftAsItIs(b)) {
                path.append((char) b);
            } else {
                path.append('%');
                HEX.toHexDigits(path, b);
            }
        }
        return path.toString();
    }

    /**
     * The name in a path of {@link #metricPath}. A {@code +} is a plus, and a {@code ;} starts no parameter.
     *
     * @param rawPath as it came, without the query and not decoded by anyone; characters above U+007F count as bytes of
     *     ISO 8859-1, which is how HTTP servers hand on what should have been encoded
     * @throws MalformedMessageException if a {@code %} is not followed by two digits, the bytes are no UTF-8, or they are no
     *     name of a metric
     */
    public static MetricName metricOf(String rawPath) throws MalformedMessageException {
        if (!rawPath.startsWith(METRIC_PREFIX)) {
            throw new MalformedMessageException("path " + rawPath + " names no metric");
        }
        String encoded = rawPath.substring(METRIC_PREFIX.length());
        if (encoded.isEmpty()) {
            throw new MalformedMessageException("Metric name missing.");
        }
        try {
            return new MetricName(percentDecoded(encoded, false));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(e.getMessage(), e);
        }
    }

    /** Decodes {@code %XX}, and {@code +} to a space if this is a form. */
    static String percentDecoded(String encoded, boolean form) throws MalformedMessageException {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                if (i + 2 >= encoded.length()
                        || !HexFormat.isHexDigit(encoded.charAt(i + 1))
                        || !HexFormat.isHexDigit(encoded.charAt(i + 2))) {
                    throw new MalformedMessageException(
                            "\"" + encoded + "\" has a % that is not followed by two hexadecimal digits");
                }
                bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else if (c == '+' && form) {
                bytes.put((byte) ' ');
            } else if (c > 0xFF) {
                throw new MalformedMessageException("\"" + encoded + "\" has a character that is not encoded");
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("\"" + encoded + "\" is not UTF-8", e);
        }
    }

    private static boolean isLeftAsItIs(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || UNESCAPED.indexOf(b) >= 0;
    }
}
