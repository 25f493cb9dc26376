package org.buckytools.protocol.transfer;

import org.buckytools.protocol.MetricName;

/**
 * One metric to delete if it still is what was copied.
 *
 * @param metric its name
 * @param version as {@link PullResult#version} or {@code /v2/stat} gave it
 */
public record DeleteItem(MetricName metric, String version) {}
