package org.buckytools.protocol;

/**
 * What {@code X-Metric-Stat} says of a stored file.
 *
 * @param name the metric
 * @param size the file's apparent size in bytes, before any encoding
 * @param mode its permission bits, e.g. 0644
 * @param modTime when it was last written, Unix seconds
 * @param encoding how the body that goes with it is encoded
 */
public record MetricStat(MetricName name, long size, int mode, long modTime, Encoding encoding) {
    /** The header's name in requests and answers. */
    public static final String HEADER = "X-Metric-Stat";
}
