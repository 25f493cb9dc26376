package org.buckytools.protocol.transfer;

import java.util.List;
import org.buckytools.protocol.MetricName;

/**
 * A metric that is not on (or not only where) the ring wants it.
 *
 * @param metric its name
 * @param owners the hosts that should have it, in ring order; at least one
 * @param size its apparent size in bytes; -1 if it was not asked for or the file is gone
 */
public record MisplacedMetric(MetricName metric, List<String> owners, long size) {
    public MisplacedMetric {
        owners = List.copyOf(owners);
    }
}
