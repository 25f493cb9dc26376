package org.buckytools.protocol.transfer;

import tools.jackson.core.JsonGenerator;

/**
 * How much space metrics take on one daemon, added up there, so that nothing crosses the wire for each of them.
 *
 * @param metrics that were measured
 * @param bytes their apparent sizes together
 * @param allocated the space that they take on the disk, in bytes; less than {@code bytes} where there are holes
 * @param absent metrics of the daemon's list that have no file any more
 * @param unreadable metrics whose sizes could not be looked up
 */
public record SpaceUsage(long metrics, long bytes, long allocated, long absent, long unreadable) implements UsageLine {
    /** Nothing. */
    public static final SpaceUsage NONE = new SpaceUsage(0, 0, 0, 0, 0);

    /** Both together. */
    public SpaceUsage plus(SpaceUsage other) {
        return new SpaceUsage(
                metrics + other.metrics,
                bytes + other.bytes,
                allocated + other.allocated,
                absent + other.absent,
                unreadable + other.unreadable);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("metrics", metrics);
        json.writeNumberProperty("bytes", bytes);
        json.writeNumberProperty("allocated", allocated);
        json.writeNumberProperty("absent", absent);
        json.writeNumberProperty("unreadable", unreadable);
        json.writeEndObject();
    }
}
