package org.buckytools.protocol;

/** Names of the headers that are ours, and content types. */
public final class Headers {
    /** Carries the bare token. */
    public static final String AUTHORIZATION = "X-Buckyd-Authorization";

    /** The sender's clock in Unix seconds, in requests and answers of version 2; in uploads, that of the file's source. */
    public static final String NOW = "X-Buckyd-Now";

    /** The {@link org.buckytools.protocol.transfer.FileVersion} of the file in a download; absent if it was being written. */
    public static final String VERSION = "X-Metric-Version";

    /** Of uploads and downloads of version 1. */
    public static final String OCTET_STREAM = "application/octet-stream";

    /** Of {@code POST /metrics} and {@code fetch_offload}. */
    public static final String FORM = "application/x-www-form-urlencoded";

    /** The word that stands in {@code Accept-Encoding} and {@code Content-Encoding}, alone and exactly so. */
    public static final String SNAPPY = "snappy";

    private Headers() {}
}
