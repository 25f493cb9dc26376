package org.buckytools.protocol.transfer;

import org.buckytools.protocol.MetricName;

/**
 * One metric to be pulled.
 *
 * @param from its name at the source
 * @param to its name at the daemon that pulls
 */
public record PullItem(MetricName from, MetricName to) {}
